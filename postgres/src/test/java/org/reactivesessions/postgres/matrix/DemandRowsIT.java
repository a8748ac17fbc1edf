package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.postgres.security.SecurityRow;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** More rows than anybody wants: ten millions, of which some are taken, or none. */
@ExpectsDrops // the driver drops the rows that it has buffered when it is closed, or that nobody hears any more
class DemandRowsIT extends FaultRows {

    private static final int ROWS = 10_000_000;
    private static final int TAKEN = 10;
    private static final Duration CONTROL = Duration.ofSeconds(2);
    private static final Duration WHOLE = Duration.ofSeconds(1);
    private static final FrameMatch ROW = FrameMatch.fromServer('D').answering("generate_series");

    DemandRowsIT(TestDatabase database) {
        super(database, settings -> settings.limits(new TimeLimits(CONTROL, ServerFixture.PATIENCE)));
    }

    private static Flux<Integer> rows(Session session) {
        return session.sql("SELECT generate_series(1, " + ROWS + ")").all(row -> row.get(0, Integer.class));
    }

    /**
     * The driver alone reads all of them to their end. What is on its way already is read to its end here as well, so the
     * connection is kept if that takes no longer than undoing may.
     */
    @FaultRow(
            value = 36,
            invariants = {I2, I3, I5, I6, I8, I9})
    @Test
    void aCancelInTheMiddleMustEndTheStatementOnTheServer() {
        Rule sent = proxy().watch(ROW);
        Operation operation = operation();
        operation.start(operation.flux(DEFAULTS, DemandRowsIT::rows).take(TAKEN));

        assertThat(operation.await().hasLeft()).isTrue();
        check().placeBackWithin(CONTROL, operation.endedAt());
        check().oneTerminal(operation);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        assertThat(operation.values()).hasSize(TAKEN);
        assertThat(sent.hits()).as("rows that came").isLessThan(ROWS / 2);
        assertThat(proxy().cancelRequests()).isPositive();
        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }

    /** A subscriber that is there, and asks for nothing. */
    private static <T> Flux<T> withoutDemand(Flux<T> rows) {
        return Flux.from(subscriber -> rows.subscribe(new BaseSubscriber<>() {

            @Override
            protected void hookOnSubscribe(Subscription upstream) {
                subscriber.onSubscribe(new Subscription() {

                    @Override
                    public void request(long demand) {
                        // asks for nothing
                    }

                    @Override
                    public void cancel() {
                        upstream.cancel();
                    }
                });
            }

            @Override
            protected void hookOnNext(T row) {
                subscriber.onNext(row);
            }

            @Override
            protected void hookOnComplete() {
                subscriber.onComplete();
            }

            @Override
            protected void hookOnError(Throwable error) {
                subscriber.onError(error);
            }
        }));
    }

    /** The processor time of all threads that serve connections. */
    private static Duration busy() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Duration.ofNanos(Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("reactor-"))
                .mapToLong(thread -> Math.max(0, threads.getThreadCpuTime(thread.getThreadId())))
                .sum());
    }

    /** What nobody asks for stays on the server and in the sockets: the figures here do not depend on how long it lasts. */
    @SecurityRow("S20")
    @FaultRow(
            value = 37,
            invariants = {I2, I3, I5, I6, I8, I9})
    @Test
    void whoAsksForNothingMustCostNothingAndEndWithItsTime() {
        Rule sent = proxy().watch(ROW);
        Operation operation = operation();
        operation.start(withoutDemand(operation.flux(DEFAULTS.timeout(WHOLE), DemandRowsIT::rows)));
        sent.awaitHit(ServerFixture.PATIENCE);
        Duration busyBefore = busy();

        check().heardWithin(WHOLE, operation);
        Duration busyMeanwhile = busy().minus(busyBefore);
        check().placeBackWithin(CONTROL, operation.endedAt());
        assertThat(operation.error()).isInstanceOf(TransactionTimeoutException.class);
        assertThat(operation.values()).isEmpty();
        check().oneTerminal(operation);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        assertThat(busyBefore).as("the threads were found").isPositive();
        assertThat(busyMeanwhile).as("processor time of the event loops").isLessThan(WHOLE.dividedBy(2));
        assertThat(sent.hits()).as("rows that came").isLessThan(ROWS / 2);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }
}
