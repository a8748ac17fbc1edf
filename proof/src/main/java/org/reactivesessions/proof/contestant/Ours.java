package org.reactivesessions.proof.contestant;

import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.TransactionObserver;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.proof.workload.Operation;
import org.reactivesessions.proof.workload.OperationKind;
import org.reactivesessions.proof.workload.Script;
import org.reactivesessions.proof.workload.Statements;
import org.reactivesessions.proof.workload.Witness;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** This library, with commit markers. Thread-safe. */
public class Ours implements Contestant {

    /** Limits that keep the proof short: a COMMIT that is held for longer is in doubt. */
    public static final TimeLimits LIMITS = new TimeLimits(Duration.ofSeconds(1), Limits.COMMIT);

    /** A database that is back is noticed soon. */
    public static final ResilienceOptions RESILIENCE =
            ResilienceOptions.defaults().circuitWait(Duration.ofMillis(200));

    private static final int TAKEN = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String name;
    private final ReactiveSessions sessions;
    private final Listening listening;
    private final TransactionOptions options;
    private final boolean once;
    private final Map<UUID, Watch> left = new ConcurrentHashMap<>();

    /**
     * Sessions made by somebody else, who has told them to call the listener.
     *
     * @param once whether each operation claims its id, so that a successor can find out what became of it
     */
    public Ours(String name, ReactiveSessions sessions, Listening listening, TransactionOptions options, boolean once) {
        this.name = name;
        this.sessions = sessions;
        this.listening = listening;
        this.options = options;
        this.once = once;
    }

    /**
     * Opens them as everybody does.
     *
     * @param once whether each operation claims its id, so that a successor can find out what became of it
     */
    public static Ours open(Target target, int size, boolean once) {
        Listening listening = new Listening();
        return new Ours(
                "Reactive Sessions",
                PostgresSessions.builder()
                        .url(target.r2dbcUrl())
                        .pool(pool(size))
                        .limits(LIMITS)
                        .resilience(RESILIENCE)
                        .listener(listening)
                        .build(),
                listening,
                options(),
                once);
    }

    /** A pool that may open as many connections in a second as it loses. */
    public static PoolOptions pool(int size) {
        return PoolOptions.defaults()
                .maxSize(size)
                .acquireTimeout(Limits.WHOLE)
                .createTimeout(Duration.ofSeconds(2))
                .validationTimeout(Duration.ofMillis(500))
                .reconnectRate(1_000);
    }

    /** What every transaction has. */
    public static TransactionOptions options() {
        return TransactionOptions.defaults()
                .timeout(Limits.WHOLE)
                .lockTimeout(Limits.LOCK)
                .verification(CommitVerification.marker().within(Limits.DOUBT));
    }

    @Override
    public final String name() {
        return name;
    }

    /** The sessions themselves. */
    public final ReactiveSessions sessions() {
        return sessions;
    }

    @Override
    public Mono<Verdict> run(Operation operation, Witness witness) {
        Watch watch = new Watch();
        left.put(operation.id(), watch);
        return transaction(operation, witness)
                .contextWrite(context -> context.put(Watch.class, watch))
                .thenReturn("")
                .onErrorResume(error -> Mono.just(String.valueOf(error)))
                .filter(error -> once || operation.kind() != OperationKind.STREAM || !error.isEmpty())
                .flatMap(error ->
                        operation.kind() == OperationKind.READ ? watch.ofReader(error) : watch.verdict(error, witness))
                .doOnNext(told -> left.remove(operation.id()));
    }

    private Mono<?> transaction(Operation operation, Witness witness) {
        TransactionOptions its = optionsOf(operation);
        if (once && operation.kind() != OperationKind.READ) {
            return sessions.once(
                    its, operation.id().toString(), session -> Script.work(operation, statements(session), witness));
        }
        if (operation.kind() == OperationKind.STREAM) {
            return sessions.withTransactionMany(its, session -> Script.stream(operation, statements(session), witness))
                    .take(TAKEN)
                    .then();
        }
        return sessions.withTransaction(its, session -> Script.work(operation, statements(session), witness));
    }

    /** How statements are run in a session. */
    protected Statements statements(Session session) {
        return new OurStatements(session);
    }

    private TransactionOptions optionsOf(Operation operation) {
        TransactionOptions its = options.named("client " + operation.client());
        if (operation.kind() == OperationKind.READ) {
            its = its.verification(CommitVerification.none()).readOnly();
        }
        if (operation.from() % 2 == 0) { // what is set costs some of the fast paths, which are to be gone as well
            its = its.setting(Script.MARK, operation.id().toString());
        }
        return operation.serializable()
                ? its.isolation(IsolationLevel.SERIALIZABLE).retry(TransactionRetry.defaults())
                : its;
    }

    @Override
    public Mono<Verdict> afterCancel(Operation operation) {
        Watch watch = left.remove(operation.id());
        return watch == null ? Mono.empty() : watch.verdict("", null);
    }

    @Override
    public Flux<String> onEachConnection(String sql) {
        int size = sessions.poolStatus().maxSize();
        return Flux.range(0, size)
                .flatMap(
                        each -> sessions.withSession(session ->
                                session.sql(sql).one(row -> String.valueOf(row.get(0, String.class)))),
                        size);
    }

    @Override
    public Holding holding() {
        PoolStatus status = sessions.poolStatus();
        return new Holding(status.acquired(), status.pending(), status.allocated());
    }

    @Override
    public List<Count> counts() {
        return List.of(
                new Count("doubts resolved: committed", listening.committed.sum()),
                new Count("doubts resolved: rolled back", listening.rolledBack.sum()),
                new Count("doubts not resolved", listening.unresolved.sum()));
    }

    @Override
    public void close() {
        sessions.quiesced().then(sessions.close()).block(PATIENCE);
    }

    /** What the sessions say about the transactions of all clients. Thread-safe. */
    public static final class Listening implements SessionListener {

        private final LongAdder committed = new LongAdder();
        private final LongAdder rolledBack = new LongAdder();
        private final LongAdder unresolved = new LongAdder();
        /** By the name of the transaction, which is that of its client, who has one at a time. */
        private final Map<String, Watch> running = new ConcurrentHashMap<>();

        @Override
        public @Nullable TransactionObserver started(String name, ContextView context) {
            Watch watch = context.getOrDefault(Watch.class, null);
            if (watch != null) {
                running.put(name, watch);
                watch.start();
            }
            return watch;
        }

        @Override
        public void resolved(String name, TransactionOutcome outcome, Duration took) {
            Watch watch = running.get(name);
            if (watch != null) {
                watch.doubt();
            }
            switch (outcome) {
                case COMMITTED -> committed.increment();
                case ROLLED_BACK -> rolledBack.increment();
                default -> unresolved.increment();
            }
        }

        @Override
        public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
            // each watch hears of its own
        }
    }
}
