package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.reactivesessions.scripted.ScriptedConnection;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import reactor.pool.PooledRefMetadata;

class EvictionTest {

    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final ScriptedDialect dialect = new ScriptedDialect();
    private final ConnectionSource source = new ConnectionSource(database, dialect, PoolOptions.defaults());
    private final PhysicalConnection connection = open();

    private PhysicalConnection open() {
        database.create().subscribe();
        return new PhysicalConnection(database.connection(0), false, (closed, close) -> close);
    }

    private boolean isSpent(Duration idle, Duration life) {
        return source.isSpent(connection, new Times(idle, life));
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

    @Test
    void tooOldMustBeSpent() {
        assertThat(isSpent(Duration.ZERO, Duration.ofMinutes(30))).isTrue();
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
