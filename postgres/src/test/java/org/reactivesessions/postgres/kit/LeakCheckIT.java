package org.reactivesessions.postgres.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.observation.WatchOptions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.leak.CheckLeaks;
import org.reactivesessions.testkit.leak.LeakCheck;
import org.reactivesessions.testkit.leak.WatchedPool;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.sessions.SessionsPool;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/** What a test can leave behind, each planted in a sample that must fail, and a sample that leaves nothing. */
@ExpectsDrops
class LeakCheckIT {

    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    void whatLeavesNothingBehindMustPass() {
        Launched launched = Launched.of(Clean.class);

        assertThat(launched.failures()).isEmpty();
        assertThat(launched.passed())
                .containsExactlyInAnyOrder("worksAndGivesBack", "workIsGivenBackLate", "listensNoMore");
    }

    @Test
    void aConnectionThatIsNotGivenBackMustBeShownWithItsStack() {
        assertThat(Launched.of(NotGivenBack.class).onlyFailure())
                .contains("pool \"app\": 1 acquired, 0 pending")
                .contains("a connection was not closed, ")
                .contains("LeakCheckIT$NotGivenBack.acquires(LeakCheckIT.java:");
    }

    @Test
    void whoWaitsForAConnectionMustBeCounted() {
        assertThat(Launched.of(Waiting.class).onlyFailure())
                .contains("pool \"app\": 1 acquired, 2 pending; held by nobody");
    }

    @Test
    void whoHoldsAConnectionOfSessionsMustBeShownByName() {
        assertThat(Launched.of(HeldBySessions.class).onlyFailure())
                .contains("pool \"sessions\": 1 acquired, 0 pending; \"report\" is ACTIVE for ")
                .contains("LeakCheckIT$HeldBySessions.holds(LeakCheckIT.java:");
    }

    @Test
    void anOpenTransactionMustBeFoundOnTheServer() {
        assertThat(Launched.of(OpenTransaction.class).onlyFailure())
                .contains("is idle in transaction; its last statement: SELECT 1")
                .contains("LeakCheckIT$OpenTransaction.begins(LeakCheckIT.java:");
    }

    @Test
    void anAdvisoryLockMustBeFoundWithTheStackThatTookIt() {
        assertThat(Launched.of(AdvisoryLock.class).onlyFailure())
                .containsPattern("session \\d+ holds 1 advisory lock")
                .contains("holds 1 advisory lock(s) although it was given back; it was acquired")
                .contains("LeakCheckIT$AdvisoryLock.locks(LeakCheckIT.java:");
    }

    @Test
    void aChannelMustBeFoundWithTheStackThatListened() {
        assertThat(Launched.of(Channel.class).onlyFailure())
                .contains("listens on news, orders although it was given back; it was acquired")
                .contains("LeakCheckIT$Channel.listens(LeakCheckIT.java:");
    }

    @Test
    void aTemporaryTableMustBeFound() {
        assertThat(Launched.of(TemporaryTable.class).onlyFailure())
                .contains("temporary table")
                .contains("scratch");
    }

    @Test
    void aDroppedSignalMustBeFound() {
        assertThat(Launched.of(DroppedSignal.class).onlyFailure())
                .contains("Reactor dropped a signal: error java.lang.IllegalStateException: nobody listens")
                .contains("Reactor dropped a signal: element unheard");
    }

    @Test
    void aLeakedBufferMustFailTheClass() {
        assertThat(Launched.of(LeakedBuffer.class).failures())
                .anySatisfy(text -> assertThat(text).contains("LeakedBuffer leaked 1 buffer(s)"));
    }

    @Test
    void aCheckForTheWholeClassMustBeRefused() {
        assertThat(Launched.of(ForTheClass.class).onlyFailure())
                .contains("a LeakCheck belongs to one test")
                .contains("Take it as a parameter of @BeforeEach or of the test");
    }

    @Test
    void nonsenseMustBeRefused() {
        LeakCheck leaks = LeakCheck.create().pool("app", WatchedPool.of(() -> 0, () -> 0));

        assertThatThrownBy(() -> leaks.pool("app", WatchedPool.of(() -> 0, () -> 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a pool named \"app\" is looked at already");
        assertThatThrownBy(() -> leaks.within(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("within must be > 0, but was PT0S");
        leaks.check();
    }

    /** Run by the launcher above, not on its own, as are those below. */
    @CheckLeaks
    @ExpectsDrops
    @ExtendWith(PostgresExtension.class)
    abstract static class Sample {

        final TestDatabase database;
        final ConnectionPool pool;
        ConnectionFactory watched;
        LeakCheck leaks;

        Sample(TestDatabase database) {
            this.database = database;
            this.pool =
                    new ConnectionPool(ConnectionPoolConfiguration.builder(ConnectionFactories.get(database.r2dbcUrl()))
                            .maxSize(1)
                            .initialSize(0)
                            .build());
            this.watched = pool;
            this.leaks = LeakCheck.create();
        }

        @BeforeEach
        void watch(LeakCheck check) {
            PoolMetrics metrics = pool.getMetrics().orElseThrow();
            leaks = check.within(SHORT)
                    .database(database)
                    .pool("app", WatchedPool.of(metrics::acquiredSize, metrics::pendingAcquireSize));
            watched = check.watch(pool);
        }

        Connection acquire() {
            return Mono.from(watched.create())
                    .blockOptional(ServerFixture.PATIENCE)
                    .orElseThrow();
        }

        static void run(Connection connection, String sql) {
            Flux.from(connection.createStatement(sql).execute())
                    .flatMap(result -> result.getRowsUpdated())
                    .blockLast(ServerFixture.PATIENCE);
        }

        void runAndGiveBack(Connection connection, String sql) {
            run(connection, sql);
            Mono.from(connection.close()).block(ServerFixture.PATIENCE);
        }
    }

    static class Clean extends Sample {

        Clean(TestDatabase database) {
            super(database);
        }

        @AfterEach
        void close() {
            pool.disposeLater().block(ServerFixture.PATIENCE);
        }

        @Test
        void worksAndGivesBack() {
            Connection connection = acquire();
            assertThat(connection).isInstanceOf(io.r2dbc.spi.Wrapped.class);
            runAndGiveBack(connection, "SELECT pg_advisory_lock(1), pg_advisory_unlock(1)");
        }

        @Test
        void listensNoMore() {
            runAndGiveBack(acquire(), "LISTEN news");
            runAndGiveBack(acquire(), "UNLISTEN *");
        }

        @Test
        void workIsGivenBackLate() {
            leaks.within(ServerFixture.PATIENCE);
            Connection connection = acquire();
            leaks.pool("late", WatchedPool.of(new LastTime(connection)::left, () -> 0));
        }
    }

    /** Gives a connection back while it is looked at for the third time. */
    private static final class LastTime {

        private final Connection connection;
        private int left = 3;

        LastTime(Connection connection) {
            this.connection = connection;
        }

        int left() {
            if (left > 0 && --left == 0) {
                Mono.from(connection.close()).block(ServerFixture.PATIENCE);
            }
            return left;
        }
    }

    static class NotGivenBack extends Sample {

        NotGivenBack(TestDatabase database) {
            super(database);
        }

        @Test
        void acquires() {
            acquire();
            Mono.from(watched.create());
        }
    }

    static class Waiting extends Sample {

        Waiting(TestDatabase database) {
            super(database);
        }

        @Override
        @BeforeEach
        void watch(LeakCheck check) {
            check.within(SHORT).pool("app", new WatchedPool() {

                @Override
                public int acquired() {
                    return 1;
                }

                @Override
                public int pending() {
                    return 2;
                }

                @Override
                public String holders() {
                    return "held by nobody";
                }
            });
        }

        @Test
        void waits() {}
    }

    @CheckLeaks
    @ExpectsDrops
    @ExtendWith(PostgresExtension.class)
    static class HeldBySessions {

        private static final Disposable.Swap HELD = Disposables.swap();
        private static @Nullable ReactiveSessions sessions;

        @AfterAll
        static void giveBack() {
            HELD.dispose();
            Objects.requireNonNull(sessions).close().block(ServerFixture.PATIENCE);
        }

        @Test
        void holds(TestDatabase database, LeakCheck leaks) {
            sessions = PostgresSessions.builder()
                    .url(database.r2dbcUrl())
                    .watch(WatchOptions.testing())
                    .build();
            leaks.within(SHORT).pool("sessions", SessionsPool.of(sessions));
            Sinks.Empty<Void> inside = Sinks.empty();
            HELD.update(sessions.withTransaction(
                            TransactionOptions.defaults().named("report"),
                            session -> session.sql("SELECT 1")
                                    .execute()
                                    .then(Mono.<Void>never().doOnSubscribe(subscribed -> inside.tryEmitEmpty())))
                    .subscribe());
            inside.asMono().block(ServerFixture.PATIENCE);
        }
    }

    static class OpenTransaction extends Sample {

        OpenTransaction(TestDatabase database) {
            super(database);
        }

        @Test
        void begins() {
            Connection connection = acquire();
            Mono.from(connection.beginTransaction()).block(ServerFixture.PATIENCE);
            run(connection, "SELECT 1");
        }
    }

    static class AdvisoryLock extends Sample {

        AdvisoryLock(TestDatabase database) {
            super(database);
        }

        @Test
        void locks() {
            runAndGiveBack(acquire(), "SELECT pg_advisory_lock(4711)");
        }
    }

    static class Channel extends Sample {

        Channel(TestDatabase database) {
            super(database);
        }

        @Test
        void listens() {
            runAndGiveBack(acquire(), "LISTEN news; LISTEN orders");
        }
    }

    static class TemporaryTable extends Sample {

        TemporaryTable(TestDatabase database) {
            super(database);
        }

        @Test
        void creates() {
            runAndGiveBack(acquire(), "CREATE TEMP TABLE scratch (id INT)");
        }
    }

    @CheckLeaks
    @ExpectsDrops
    static class DroppedSignal {

        @Test
        void drops(LeakCheck leaks) {
            leaks.within(SHORT);
            Operators.onErrorDropped(new IllegalStateException("nobody listens"), Context.empty());
            Operators.onNextDropped("unheard", Context.empty());
        }

        @Test
        void dropsOnPurpose(LeakCheck leaks) {
            leaks.within(SHORT).expectDrops();
            Operators.onNextDropped("unheard", Context.empty());
        }
    }

    @CheckLeaks
    @ExpectsDrops
    static class LeakedBuffer {

        @Test
        void leaks() {
            assertThat(ByteBufAllocator.DEFAULT.buffer(16).writeInt(1).capacity())
                    .isPositive();
        }
    }

    @CheckLeaks
    @ExpectsDrops
    static class ForTheClass {

        ForTheClass(LeakCheck leaks) {
            assertThat(List.of(leaks)).isNotEmpty();
        }

        @Test
        void runs() {}
    }
}
