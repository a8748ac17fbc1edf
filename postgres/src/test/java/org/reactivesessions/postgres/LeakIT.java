package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.WaitsFor;
import org.reactivesessions.observation.WatchOptions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** Each kind of leak is named with the transaction, and the line of the source, of whoever leaks. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class LeakIT {

    private static final TransactionOptions REPORT =
            TransactionOptions.defaults().named("report");

    private final BlockingQueue<ActiveSession> suspected = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> lateUses = new LinkedBlockingQueue<>();
    private final LogLines log = LogLines.of("org.reactivesessions.leak");
    private final ServerFixture fixture;
    private final ReactiveSessions sessions;

    LeakIT(TestDatabase database) {
        fixture = ServerFixture.with(
                database,
                builder -> builder.listener(new Hearing())
                        .watch(WatchOptions.testing().warnAfter(LifePhase.ACTIVE, Duration.ofMillis(1))));
        sessions = fixture.sessions();
    }

    @AfterEach
    void close() {
        log.close();
        fixture.close();
    }

    private final class Hearing implements SessionListener {

        @Override
        public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {}

        @Override
        public void suspected(ActiveSession session) {
            suspected.add(session);
        }

        @Override
        public void usedAfterEnd(String name, Throwable use) {
            lateUses.add(use);
        }
    }

    /** Something that leaks, and a stack that was taken on the line on which it was made. */
    private record Leak<T>(Throwable line, T what) {

        void mustBeIn(@Nullable Throwable stack) {
            StackTraceElement here = line.getStackTrace()[0];
            assertThat(Objects.requireNonNull(stack, "there is no stack").getStackTrace())
                    .anySatisfy(frame -> assertThat(frame.getClassName() + ":" + frame.getLineNumber())
                            .isEqualTo(here.getClassName() + ":" + here.getLineNumber()));
        }
    }

    private static <T> Leak<T> leak(Throwable line, T what) {
        return new Leak<>(line, what);
    }

    private static Mono<Integer> hang(Session session) {
        return session.sql("SELECT 1").one(row -> 1).then(Mono.never());
    }

    /** Waits for the warning about a scope. */
    private ActiveSession warning(String name, Leak<?> leak) throws InterruptedException {
        while (true) {
            ActiveSession next = Objects.requireNonNull(
                    suspected.poll(ServerFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS), "nobody was named");
            if (next.name().equals(name)) {
                leak.mustBeIn(next.assembly());
                assertThat(log.events()).anySatisfy(event -> mustBeAbout(event, next));
                return next;
            }
        }
    }

    private static void mustBeAbout(ILoggingEvent event, ActiveSession session) {
        assertThat(event.getFormattedMessage()).startsWith(session.name());
        assertThat(LogLines.cause(event)).isSameAs(session.assembly());
    }

    @Test
    void aFunctionThatHangsMustBeNamed() throws InterruptedException {
        Leak<Mono<Integer>> leak = leak(new Throwable(), sessions.withTransaction(REPORT, LeakIT::hang));
        Disposable hanging = leak.what().subscribe();

        assertThat(warning("report", leak).waitsFor()).isEqualTo(WaitsFor.FUNCTION);
        hanging.dispose();
    }

    private static Flux<Integer> rows(Session session) {
        return session.sql("SELECT generate_series($1::int, 100000)", 1).all(row -> 1);
    }

    @Test
    void aStreamThatNobodyConsumesMustBeNamed() throws InterruptedException {
        Leak<Flux<Integer>> leak = leak(new Throwable(), sessions.withTransactionMany(REPORT, LeakIT::rows));
        TestSubscriber<Integer> nobody =
                TestSubscriber.builder().initialRequest(0).build();
        leak.what().subscribe(nobody);

        assertThat(warning("report", leak).lastStatement()).isEqualTo("SELECT generate_series($1::int, 100000)");
        nobody.cancel();
    }

    @Test
    void aConnectionThatIsNeverClosedMustBeNamed() throws InterruptedException {
        ConnectionFactory lender = sessions.connectionFactory();
        Leak<Mono<? extends Connection>> leak = leak(new Throwable(), Mono.from(lender.create()));
        Connection lost = Objects.requireNonNull(leak.what().block(ServerFixture.PATIENCE));

        assertThat(warning("session", leak).waitsFor()).isEqualTo(WaitsFor.FUNCTION);
        Mono.from(lost.close()).block(ServerFixture.PATIENCE);
    }

    @Test
    void aNestedScopeThatHangsMustBeNamed() throws InterruptedException {
        AtomicReference<@Nullable Leak<Mono<Integer>>> made = new AtomicReference<>();
        Disposable hanging = sessions.withTransaction(REPORT, session -> {
                    Leak<Mono<Integer>> leak = leak(new Throwable(), session.nested(LeakIT::hang));
                    made.set(leak);
                    return leak.what();
                })
                .subscribe();
        ActiveSession outer =
                Objects.requireNonNull(suspected.poll(ServerFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertThat(outer.name()).isEqualTo("report");

        assertThat(warning("nested", Objects.requireNonNull(made.get())).inside())
                .isEqualTo("report");
        hanging.dispose();
    }

    @Test
    void aSessionThatIsUsedAfterItsEndMustBeNamedWithBothStacks() {
        AtomicReference<@Nullable Session> kept = new AtomicReference<>();
        Leak<Mono<Object>> leak = leak(new Throwable(), sessions.withTransaction(REPORT, s -> keep(kept, s)));
        leak.what().block(ServerFixture.PATIENCE);
        Session late = Objects.requireNonNull(kept.get());

        Leak<IllegalStateException> use = leak(new Throwable(), caught(() -> late.sql("SELECT 2")));

        Throwable heard = use.what();
        assertThat(lateUses).containsExactly(heard);
        use.mustBeIn(heard);
        Throwable end = heard.getSuppressed()[0];
        assertThat(end).hasMessage("it ended here");
        leak.mustBeIn(end.getCause());
        assertThat(log.events())
                .filteredOn(event -> LogLines.cause(event) == heard)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEqualTo("report: its session was used after its end, nothing was sent");
        assertThatIllegalStateException().isThrownBy(() -> late.beforeCommit(Mono::empty));
        assertThat(lateUses).hasSize(2);
    }

    private static Mono<Object> keep(AtomicReference<@Nullable Session> kept, Session session) {
        kept.set(session);
        return session.sql("SELECT 1").execute().then(Mono.empty());
    }

    private static IllegalStateException caught(Runnable use) {
        try {
            use.run();
        } catch (IllegalStateException expected) {
            return expected;
        }
        throw new AssertionError("it was not refused");
    }
}
