package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.health.Sentinel;
import org.reactivesessions.jcstress.StillClock;
import org.reactivesessions.jcstress.StillDatabase;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.observation.WatchOptions;
import org.reactivesessions.pool.ConnectObserver;
import org.reactivesessions.pool.ConnectionSource;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.resilience.AcquisitionPolicy;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.resilience.TransactionRetries;
import org.reactivesessions.wire.GatedConnection;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One transaction of one second, whose function completes when it is told to, and its subscriber. Thread-safe. */
final class Scene {

    /** So that the pool opens its connection on the thread that asks. */
    private static final StillClock STILL = StillClock.everywhere();

    private static final int MOST_SPINS = 5_000;
    private static final Dialect DIALECT = new StandardDialect();
    private static final TransactionOptions OPTIONS =
            TransactionOptions.defaults().named("race").timeout(Duration.ofSeconds(1));

    private final StillClock clock = new StillClock();
    private final StillDatabase database = new StillDatabase();
    private final List<TransactionOutcome> outcomes = new CopyOnWriteArrayList<>();
    private final Sinks.One<String> function = Sinks.one();
    private final Heard heard = new Heard();
    private final Mono<String> transaction = transactions().mono(OPTIONS, connection -> function.asMono());

    /** Keeps what it hears. */
    private static final class Heard extends BaseSubscriber<String> {

        private final List<String> signals = new CopyOnWriteArrayList<>();

        @Override
        protected void hookOnNext(String value) {
            signals.add(value);
        }

        @Override
        protected void hookOnError(Throwable error) {
            signals.add("error");
        }
    }

    private Transactions<GatedConnection> transactions() {
        ConnectionSource source = new ConnectionSource(
                database,
                connection -> Mono.empty(),
                DIALECT,
                PoolOptions.defaults().maxSize(1),
                ConnectObserver.none(),
                STILL,
                clock);
        AcquisitionPolicy policy = AcquisitionPolicy.none(clock);
        return new Transactions<>(
                source,
                policy,
                new TransactionRetries(ResilienceOptions.defaults(), policy),
                DIALECT,
                new Sentinel(null, clock),
                TimeLimits.defaults(),
                LogOptions.defaults(),
                (name, phase, outcome, error) -> outcomes.add(outcome),
                WatchOptions.defaults(),
                Scope::connection,
                "race",
                clock,
                clock);
    }

    /** Begins. */
    void subscribe() {
        transaction.subscribe(heard);
    }

    /** The function completes. */
    void complete() {
        function.tryEmitValue("value");
    }

    /** Begins, with a function that has completed already. */
    void run() {
        complete();
        subscribe();
    }

    /** The subscriber leaves. */
    void cancel() {
        heard.cancel();
    }

    /** The subscriber leaves at some moment after it was begun, which takes much longer than to leave. */
    void cancelLater() {
        while (database.opened() == 0) {
            Thread.onSpinWait();
        }
        for (int spins = ThreadLocalRandom.current().nextInt(MOST_SPINS); spins > 0; spins--) {
            Thread.onSpinWait();
        }
        cancel();
    }

    /** The second is over. */
    void expire() {
        clock.pass(1, TimeUnit.SECONDS);
    }

    /** What the subscriber heard, what the listener heard, and how often COMMIT and ROLLBACK were sent. */
    void into(LLL_Result result) {
        result.r1 = heard.signals.isEmpty() ? "nothing" : String.join(" ", heard.signals);
        result.r2 = outcomes.stream().map(TransactionOutcome::name).collect(Collectors.joining(" "));
        result.r3 = database.commits() + " " + database.rollbacks();
    }
}
