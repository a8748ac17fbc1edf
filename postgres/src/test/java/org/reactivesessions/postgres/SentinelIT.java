package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.DatabaseReadOnlyException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** An operator makes the database read-only, which BEGIN READ WRITE would not notice; on a server of its own. */
@Timeout(120)
@ExpectsDrops // the driver drops what it has buffered when it is closed with a command unanswered
class SentinelIT {

    private static final int CALLERS = 16;
    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final String FREEZE = "ALTER SYSTEM SET default_transaction_read_only = on";
    private static final String THAW = "ALTER SYSTEM RESET default_transaction_read_only";
    private static final TransactionOptions READ_ONLY =
            TransactionOptions.defaults().readOnly();

    private static EmbeddedServer server;

    private TestDatabase database;
    private ServerFixture fixture;
    private ReactiveSessions sessions;
    private final AtomicInteger ids = new AtomicInteger();

    @BeforeAll
    static void startServer() {
        server = EmbeddedServer.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @BeforeEach
    void openSessions() {
        database = server.freshDatabase();
        fixture = ServerFixture.with(database, builder -> builder.pool(ServerFixture.roomyPool(4)));
        sessions = fixture.sessions();
        fixture.run("CREATE TABLE item (id int PRIMARY KEY)");
    }

    @AfterEach
    void leaveNothingBehind() {
        administer(THAW);
        fixture.close();
        database.close();
    }

    private static void administer(String sql) {
        try (Connection admin = server.openJdbc();
                Statement statement = admin.createStatement()) {
            statement.execute("SET default_transaction_read_only = off");
            statement.execute(sql);
            statement.execute("SELECT pg_reload_conf()");
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    private Mono<Long> write() {
        return sessions.withTransaction(session -> session.sql("INSERT INTO item VALUES ($1)", ids.incrementAndGet())
                .rowsUpdated());
    }

    private Mono<Long> read() {
        return sessions.withTransaction(
                READ_ONLY, session -> session.sql("SELECT count(*) FROM item").one(row -> row.get(0, Long.class)));
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + ServerFixture.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
            ServerFixture.pause();
        }
    }

    /** One of those who write all the time. Each transaction is known by whether it began after the first refusal. */
    private Mono<Void> caller(Load load) {
        return Mono.defer(() -> {
                    boolean after = load.noticed.get();
                    return write().doOnNext(rows -> load.committed(after))
                            .then()
                            .onErrorResume(DatabaseReadOnlyException.class, refused -> {
                                load.noticed.set(true);
                                load.refused.incrementAndGet();
                                return Mono.delay(PAUSE).then(); // a refusal comes at once, on an event loop as well
                            });
                })
                .repeat(() -> !load.over.get())
                .then();
    }

    private static final class Load {

        private final AtomicBoolean noticed = new AtomicBoolean();
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicBoolean thawed = new AtomicBoolean();
        private final AtomicInteger refused = new AtomicInteger();
        private final AtomicInteger before = new AtomicInteger();
        private final AtomicInteger between = new AtomicInteger();
        private final AtomicInteger afterwards = new AtomicInteger();

        void committed(boolean begunAfterTheRefusal) {
            (!begunAfterTheRefusal ? before : thawed.get() ? afterwards : between).incrementAndGet();
        }
    }

    @Test
    void underLoadNoWriteMustBeginOnceItIsNoticed() {
        Load load = new Load();
        Mono<Void> everybody = Flux.range(0, CALLERS)
                .flatMap(each -> caller(load), CALLERS)
                .then()
                .cache();
        everybody.subscribe();
        await(() -> load.before.get() > CALLERS);

        administer(FREEZE);
        await(load.noticed::get);
        assertThat(read().block(ServerFixture.PATIENCE)).as("reads go on").isPositive();
        await(() -> load.refused.get() > 100 * CALLERS);
        load.thawed.set(true); // before the server knows, so that what comes now is counted as due to it
        administer(THAW);
        await(() -> load.afterwards.get() > CALLERS);
        load.over.set(true);
        everybody.block(ServerFixture.PATIENCE);

        assertThat(load.between.get()).as("committed between notice and thaw").isZero();
        assertThat(fixture.number("SELECT count(*) FROM item")).isEqualTo(load.before.get() + load.afterwards.get());
    }

    private static boolean isRefusedAtOnce(ReactiveSessions at) {
        AtomicBoolean refused = new AtomicBoolean();
        at.withTransaction(session -> Mono.empty())
                .subscribe(nothing -> {}, error -> refused.set(error instanceof DatabaseReadOnlyException))
                .dispose(); // otherwise it waits for a connection
        return refused.get();
    }

    /** It had subscribed before, and got its connection afterwards. */
    @Test
    void whoWaitsForAConnectionMeanwhileMustBeRefusedWhenHeGetsOne() {
        try (ServerFixture small = ServerFixture.on(database)) {
            Sinks.Empty<Void> end = Sinks.empty();
            Sinks.Empty<Void> begun = Sinks.empty();
            Mono<Void> holder = small.sessions()
                    .withTransaction(READ_ONLY, session -> {
                        begun.tryEmitEmpty();
                        return end.asMono();
                    })
                    .cache();
            holder.subscribe();
            begun.asMono().block(ServerFixture.PATIENCE);
            List<Throwable> refused = new CopyOnWriteArrayList<>();
            Mono<Long> writer = small.sessions()
                    .withTransaction(session ->
                            session.sql("INSERT INTO item VALUES (1)").rowsUpdated())
                    .doOnError(refused::add)
                    .cache();
            writer.onErrorComplete().subscribe();
            assertThat(small.sessions().poolStatus().pending()).isEqualTo(1);

            administer(FREEZE);
            await(() -> isRefusedAtOnce(small.sessions()));
            end.tryEmitEmpty();
            holder.block(ServerFixture.PATIENCE);
            writer.onErrorComplete().block(ServerFixture.PATIENCE);

            assertThat(refused).singleElement().isInstanceOf(DatabaseReadOnlyException.class);
            assertThat(small.lastEvent().outcome()).isEqualTo(TransactionOutcome.NOT_STARTED);
            assertThat(small.sessions().poolStatus().idle())
                    .as("connection kept")
                    .isEqualTo(1);
            assertThat(fixture.number("SELECT count(*) FROM item")).isZero();
        }
    }

    @Test
    void withoutTheGuardItMustBeNoticedToo() {
        try (ServerFixture open = ServerFixture.with(database, builder -> builder.autocommitWrites(true))) {
            administer(FREEZE);
            open.sessions()
                    .withTransaction(session -> session.sql("SELECT 1").one(row -> row.get(0, Integer.class)))
                    .repeat()
                    .as(StepVerifier::create)
                    .thenConsumeWhile(one -> true)
                    .expectError(DatabaseReadOnlyException.class)
                    .verify(ServerFixture.PATIENCE);
        }
    }

    /** A standby refuses BEGIN itself; what is read behind it reaches nobody, and soon nobody is sent there any more. */
    @Test
    void aStandbyMustRefuseWritesAndDeliverNothingReadBehindThem() {
        Behind.tables().stream().skip(1).forEach(fixture::run);
        try (EmbeddedServer standby = server.startStandby()) {
            server.awaitReplay(standby);
            List<Object> seen = new CopyOnWriteArrayList<>();
            ReactiveSessions there = PostgresSessions.builder()
                    .url(database.r2dbcUrl(standby.host(), standby.port()))
                    .pool(ServerFixture.roomyPool(1))
                    .build();
            List<Behind> works = Stream.concat(Behind.reads(), Behind.writes()).toList();
            AtomicInteger next = new AtomicInteger();
            Flux.defer(() -> there.withTransactionMany(
                            TransactionOptions.defaults().setting(Behind.TENANT, "a"),
                            session -> works.get(next.getAndIncrement() % works.size())
                                    .work()
                                    .apply(session)
                                    .doOnNext(seen::add)))
                    .onErrorResume(
                            R2dbcException.class,
                            error -> "0A000".equals(error.getSqlState()) ? Flux.empty() : Flux.error(error))
                    .repeat()
                    .as(StepVerifier::create)
                    .expectError(DatabaseReadOnlyException.class)
                    .verify(ServerFixture.PATIENCE);
            assertThat(next.get()).as("transactions that got to the function").isPositive();
            assertThat(seen).isEmpty();
            there.withTransaction(
                            READ_ONLY,
                            session -> session.sql("SELECT count(*) FROM item").one(row -> row.get(0, Long.class)))
                    .as(StepVerifier::create)
                    .expectNext(0L)
                    .expectComplete()
                    .verify(ServerFixture.PATIENCE);
            standby.promote();
            await(() -> there.withTransaction(session ->
                            session.sql("INSERT INTO item VALUES (1)").rowsUpdated())
                    .onErrorResume(DatabaseReadOnlyException.class, refused -> Mono.empty())
                    .blockOptional(ServerFixture.PATIENCE)
                    .isPresent());
            there.close().block(ServerFixture.PATIENCE);
        }
    }
}
