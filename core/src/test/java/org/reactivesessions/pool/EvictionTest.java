package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.reactivesessions.scripted.ScriptedConnection;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import reactor.core.publisher.Mono;
import reactor.pool.PooledRefMetadata;
import reactor.test.scheduler.VirtualTimeScheduler;

class EvictionTest {

    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final ScriptedDialect dialect = new ScriptedDialect();
    private final AtomicLong now = new AtomicLong(-1);
    private final ConnectionSource source = source(PoolOptions.defaults());
    private final PhysicalConnection connection = open();

    private ConnectionSource source(PoolOptions options) {
        return new ConnectionSource(
                database,
                any -> Mono.empty(),
                dialect,
                options,
                ConnectObserver.none(),
                VirtualTimeScheduler.create(),
                now::get);
    }

    private PhysicalConnection open() {
        database.create().subscribe();
        return new PhysicalConnection(
                database.connection(0),
                false,
                null,
                (closed, close) -> close,
                now.get(),
                Duration.ofMinutes(30),
                now::get);
    }

    private boolean isSpent(Duration idle, Duration life) {
        return isSpent(source, idle, life);
    }

    private boolean isSpent(ConnectionSource judge, Duration idle, Duration life) {
        long opened = now.get();
        now.addAndGet(life.toNanos());
        try {
            return judge.isSpent(connection, new Times(idle, life));
        } finally {
            now.set(opened);
        }
    }

    @Test
    void aYoungAndCleanConnectionMustBeKept() {
        assertThat(isSpent(Duration.ZERO, Duration.ZERO)).isFalse();
        assertThat(isSpent(
                        Duration.ofMinutes(10).minusMillis(1),
                        Duration.ofMinutes(30).minusMillis(1)))
                .isFalse();
    }

    @Test
    void tooLongIdleMustBeSpent() {
        assertThat(isSpent(Duration.ofMinutes(10), Duration.ofMinutes(10))).isTrue();
    }

    /** Of those that are kept, none is superfluous. */
    @Test
    void tooLongIdleMustNotBeSpentWhileThereAreNoMoreThanAreKept() {
        ConnectionSource keeping = source(PoolOptions.defaults().size(1, 1));
        assertThat(isSpent(keeping, Duration.ofMinutes(10), Duration.ofMinutes(10)))
                .isFalse();
        assertThat(isSpent(keeping, Duration.ofMinutes(10), Duration.ofMinutes(30)))
                .isTrue();
    }

    @Test
    void tooOldMustBeSpent() {
        assertThat(isSpent(Duration.ZERO, Duration.ofMinutes(30))).isTrue();
    }

    @Test
    void whatHasNotAnsweredSinceTheOthersWereDistrustedMustBeSpent() {
        now.incrementAndGet();
        source.distrustIdle();
        assertThat(isSpent(Duration.ZERO, Duration.ZERO)).isTrue();

        now.incrementAndGet();
        connection.free();
        assertThat(isSpent(Duration.ZERO, Duration.ZERO)).as("given back").isTrue();
        connection.answered();
        assertThat(isSpent(Duration.ZERO, Duration.ZERO)).isFalse();
    }

    @Test
    void whatWasOpenedBeforeAResetMustBeSpentWhateverItAnswers() {
        now.incrementAndGet();
        source.renew();
        now.incrementAndGet();
        connection.answered();
        assertThat(isSpent(Duration.ZERO, Duration.ZERO)).isTrue();
    }

    @Test
    void aLostConnectionMustBeSpent() {
        database.connection(0).lose();
        assertThat(isSpent(Duration.ZERO, Duration.ZERO)).isTrue();
    }

    @Test
    void aConnectionInsideATransactionMustBeSpent() {
        database.connection(0).inTransaction(true);
        assertThat(isSpent(Duration.ZERO, Duration.ZERO)).isTrue();
    }

    /** reactor/reactor-pool #255: a predicate that throws wedges the pool. */
    @Test
    void reactorPool255() {
        dialect.inTransaction(any -> {
            throw new IllegalStateException("closed");
        });
        assertThat(isSpent(Duration.ZERO, Duration.ZERO)).isTrue();
        dialect.inTransaction(any -> {
            throw new NoClassDefFoundError("dialect");
        });
        assertThat(isSpent(Duration.ZERO, Duration.ZERO)).isTrue();
        assertThat(connection.driver()).isInstanceOf(ScriptedConnection.class);
    }

    private record Times(Duration idle, Duration life) implements PooledRefMetadata {

        @Override
        public int acquireCount() {
            return 1;
        }

        @Override
        public long idleTime() {
            return idle.toMillis();
        }

        @Override
        public long allocationTimestamp() {
            return 0;
        }

        @Override
        public long releaseTimestamp() {
            return 0;
        }

        @Override
        public long lifeTime() {
            return life.toMillis();
        }
    }
}
