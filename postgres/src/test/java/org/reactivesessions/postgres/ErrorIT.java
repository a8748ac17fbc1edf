package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.IntegrityViolationException;
import org.reactivesessions.error.TooManyRowsException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.hygiene.Secrets;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Errors that help: who, what, the limit, the state, and what to do. */
@ExtendWith(PostgresExtension.class)
class ErrorIT {

    private static final String RULE =
            "Nothing was sent. Bind every parameter of the text exactly once, $1 as bind(0, …),"
                    + " with a type the driver knows: ";

    private final TestDatabase database;
    private final ServerFixture fixture;
    private final ReactiveSessions sessions;

    ErrorIT(TestDatabase database) {
        this.database = database;
        this.fixture = ServerFixture.on(database);
        this.sessions = fixture.sessions();
    }

    @BeforeEach
    void createTables() {
        fixture.run("DROP TABLE IF EXISTS orders, customer");
        fixture.run("CREATE TABLE customer (id INT PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
                + " credit INT CONSTRAINT credit_is_not_negative CHECK (credit >= 0))");
        fixture.run("CREATE TABLE orders (customer INT CONSTRAINT orders_have_a_customer REFERENCES customer)");
        fixture.run("INSERT INTO customer VALUES (1, 'alice', 10)");
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private Throwable failure(Function<Session, Mono<Long>> function) {
        return sessions.withTransaction(TransactionOptions.defaults().named("booking"), function)
                .<Throwable>map(value -> new AssertionError("it succeeded with " + value))
                .onErrorResume(Mono::just)
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }

    private IntegrityViolationException violation(String sql, Object... arguments) {
        return (IntegrityViolationException)
                failure(session -> session.sql(sql, arguments).rowsUpdated());
    }

    @Test
    void aViolatedConstraintMustBeNamedWithItsTable() {
        IntegrityViolationException unique = violation("INSERT INTO customer VALUES ($1, $2, 0)", 2, "alice");
        assertThat(unique.constraint()).isEqualTo("customer_name_key");
        assertThat(unique.table()).isEqualTo("customer");
        assertThat(unique.column()).isNull();
        assertThat(unique.getSqlState()).isEqualTo("23505");
        assertThat(unique.kind()).isEqualTo(FailureKind.INTEGRITY);
        assertThat(unique.session()).isEqualTo("booking");
        assertThat(unique)
                .isInstanceOf(R2dbcDataIntegrityViolationException.class)
                .hasMessageStartingWith("booking: ")
                .hasMessageEndingWith(
                        "; constraint \"customer_name_key\"; table \"customer\" (help: troubleshooting.md#integrity)")
                .hasMessageNotContaining("alice");
        assertThat(unique.getCause()).isInstanceOf(PostgresqlException.class);

        assertThat(violation("INSERT INTO orders VALUES (9)"))
                .hasMessageEndingWith(
                        "; constraint \"orders_have_a_customer\"; table \"orders\" (help: troubleshooting.md#integrity)");
        assertThat(violation("UPDATE customer SET credit = -1"))
                .hasMessageEndingWith(
                        "; constraint \"credit_is_not_negative\"; table \"customer\" (help: troubleshooting.md#integrity)");
    }

    @Test
    void aMissingValueMustNameItsColumn() {
        IntegrityViolationException missing = violation("INSERT INTO customer VALUES (3, NULL, 0)");

        assertThat(missing.column()).isEqualTo("name");
        assertThat(missing.table()).isEqualTo("customer");
        assertThat(missing.getSqlState()).isEqualTo("23502");
    }

    /** Libraries that run on it know the driver's errors. */
    @Test
    void theDriversOwnInterfaceMustKeepTheDriversErrors() {
        assertThat(failure(session -> Flux.from(session.connection()
                                .createStatement("INSERT INTO customer VALUES (1, 'bob', 0)")
                                .execute())
                        .concatMap(result -> result.getRowsUpdated())
                        .single()))
                .isInstanceOf(PostgresqlException.class)
                .isNotInstanceOf(IntegrityViolationException.class);
    }

    @Test
    void moreRowsThanPromisedMustNameTheScopeAndTheStatement() {
        assertThat(failure(
                        session -> session.sql("SELECT generate_series(1, 3)").one(row -> row.get(0, Long.class))))
                .isInstanceOf(TooManyRowsException.class)
                .hasMessage(
                        "booking: one(mapper) expects at most one row, but 3 came. Use first(mapper) or all(mapper),"
                                + " or make the query unique: SELECT generate_series(1, 3) (help: troubleshooting.md#too-many-rows)");
    }

    @Test
    void sqlWithNulMustBeRefusedUnsent() {
        assertThat(failure(
                        session -> session.sql("SELECT 1\0; DROP TABLE orders").rowsUpdated()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "sql must not contain NUL, but does at index 8: a text ends there on the wire. Leave it out;"
                                + " PostgreSQL cannot store it in text either.");
    }

    @Test
    void aBindThatDoesNotFitMustSayWhichAndWhatTheRuleIs() {
        assertThat(failure(session -> session.sql("SELECT $1::int").bind(3, 1).rowsUpdated()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bind(3, a value of java.lang.Integer) does not fit: ")
                .hasMessageEndingWith(RULE + "SELECT $1::int");
        assertThat(failure(session -> session.sql("SELECT $1::int", 1, 2).rowsUpdated()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bind(1, a value of java.lang.Integer) does not fit: ");
        assertThat(failure(
                        session -> session.sql("SELECT $1::int").bind("$7", 1).rowsUpdated()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bind(\"$7\", a value of java.lang.Integer) does not fit: ");
        assertThat(failure(session -> session.sql("SELECT $1::int, $2::int", 1).rowsUpdated()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(RULE + "SELECT $1::int, $2::int");
        assertThat(failure(session -> session.sql("SELECT $1", new Object()).rowsUpdated()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Object")
                .hasMessageEndingWith(RULE + "SELECT $1");
    }

    @Test
    void aFullPoolMustListWhoHoldsItLongest() {
        ReactiveSessions two = PostgresSessions.builder()
                .url(database.r2dbcUrl())
                .pool(PoolOptions.defaults().maxSize(2).acquireTimeout(Duration.ofMillis(300)))
                .build();
        Sinks.Empty<Void> end = Sinks.empty();
        Mono<Void> report = hold(two, "report", end);
        Mono<Void> export = hold(two, "export", end);

        two.withTransaction(TransactionOptions.defaults().named("booking"), session -> Mono.just(1))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                DatabaseUnavailableException.class,
                                full -> assertThat(full.kind()).isEqualTo(FailureKind.SATURATED))
                        .hasMessageMatching("booking: no connection within 300 ms \\(max 2, in use 2, waiting \\d;"
                                + " longest held by \"report\" for \\d+ ms, \"export\" for \\d+ ms\\)\\. Raise maxSize or"
                                + " shorten what holds the connections\\. \\(help: troubleshooting\\.md#saturated\\)"))
                .verify(ServerFixture.PATIENCE);
        end.tryEmitEmpty();
        Mono.when(report, export).block(ServerFixture.PATIENCE);
        two.close().block(ServerFixture.PATIENCE);
    }

    private static Mono<Void> hold(ReactiveSessions at, String name, Sinks.Empty<Void> end) {
        Sinks.Empty<Void> begun = Sinks.empty();
        Mono<Void> held = at.withTransaction(TransactionOptions.defaults().named(name), session -> {
                    begun.tryEmitEmpty();
                    return end.asMono();
                })
                .cache();
        held.subscribe();
        begun.asMono().block(ServerFixture.PATIENCE);
        return held;
    }

    @Test
    void anUnknownDatabaseMustBeNamed() {
        ReactiveSessions nowhere = PostgresSessions.builder()
                .url(database.r2dbcUrl())
                .database("no_such_database")
                .build();
        nowhere.withTransaction(session -> Mono.just(1))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(DatabaseRefusedException.class)
                        .hasMessageContaining("database \"no_such_database\" does not exist")
                        .hasMessageContaining("Correct user, password or database"))
                .verify(ServerFixture.PATIENCE);
        nowhere.close().block(ServerFixture.PATIENCE);
    }

    /** 53300: the server is there, but has no connection for us. */
    @Test
    void aServerWithoutAConnectionLeftMustCountAsAwayAndBeTriedAgain() {
        fixture.run("DROP ROLE IF EXISTS crowded");
        fixture.run("CREATE ROLE crowded LOGIN PASSWORD 'crowded-password' CONNECTION LIMIT 0");
        Secrets.know("crowded-password");
        ReactiveSessions crowded = PostgresSessions.builder()
                .url(database.r2dbcUrl())
                .username("crowded")
                .password("crowded-password")
                .build();

        assertThat(errorOf(crowded.withTransaction(session -> Mono.just(1))))
                .isInstanceOfSatisfying(DatabaseUnavailableException.class, away -> {
                    assertThat(away.kind()).isEqualTo(FailureKind.UNREACHABLE);
                    assertThat(away.attempt()).isEqualTo(3);
                })
                .hasMessage(
                        "transaction: no connection: too many connections for role \"crowded\". Check that the database"
                                + " runs and is reachable. Tried 3 times. (help: troubleshooting.md#unreachable)");
        crowded.close().block(ServerFixture.PATIENCE);
        fixture.run("DROP ROLE crowded");
    }

    /** One lost connection is not an outage: the transaction begins on another one, unseen. */
    @Test
    void aConnectionLostDuringAnAwaitedBeginMustBeReplacedUnseen() {
        try (ServerFixture awaiting = ServerFixture.with(database, builder -> builder.autocommitWrites(true))) {
            Mono<Integer> transfer = whoseConnectionIsLostDuringBegin(awaiting);

            assertThat(transfer.block(ServerFixture.PATIENCE)).isEqualTo(7);
            assertThat(awaiting.lastEvent().outcome()).isEqualTo(TransactionOutcome.COMMITTED);
        }
    }

    /** Its function was called by then, and nobody asked for a second call. */
    @Test
    void aConnectionLostDuringAPipelinedBeginMustEndNotStarted() {
        whoseConnectionIsLostDuringBegin(fixture)
                .as(StepVerifier::create)
                .verifyError(DatabaseUnavailableException.class);

        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.NOT_STARTED);
    }

    private static Mono<Integer> whoseConnectionIsLostDuringBegin(ServerFixture on) {
        on.sessions().withTransaction(session -> Mono.just(1)).block(ServerFixture.PATIENCE);
        Rule begin = on.proxy().hold(FrameMatch.fromClient('Q').sql("^BEGIN"));
        Mono<Integer> transfer = on.sessions()
                .withTransaction(session -> session.sql("SELECT 7").one(row -> row.get(0, Integer.class)))
                .cache();
        transfer.subscribe(value -> {}, error -> {});
        begin.awaitHit(ServerFixture.PATIENCE);
        on.proxy().resetAll();
        begin.remove();
        return transfer;
    }

    /** Everything a password could come out of, beside the log, which is watched in every test. */
    @Test
    void aPasswordMustAppearNowhere() {
        String secret = "canary-in-the-coal-mine";
        Secrets.know(secret);
        PostgresSessions.Builder builder = PostgresSessions.builder()
                .url(database.r2dbcUrl())
                .password(secret)
                .pool(PoolOptions.defaults().maxSize(1));
        ReactiveSessions wrong = builder.build();
        ReactiveSessions unreachable = builder.port(1).build();
        for (ReactiveSessions each : new ReactiveSessions[] {wrong, unreachable}) {
            Secrets.look("sessions", each);
            Secrets.look("factory", each.connectionFactory());
            Secrets.look("metadata", each.connectionFactory().getMetadata());
            Secrets.look("pool", each.poolStatus());
            Secrets.look("health", String.valueOf(each.health().block(ServerFixture.PATIENCE)));
            Secrets.look("error", errorOf(each.withTransaction(session -> Mono.just(1))));
            Secrets.look("error", errorOf(each.withSession(session -> Mono.just(1))));
            Secrets.look("error", errorOf(Mono.from(each.connectionFactory().create())));
            each.close().block(ServerFixture.PATIENCE);
            Secrets.look("error", errorOf(each.withTransaction(session -> Mono.just(1))));
        }
        Secrets.look("builder", builder);
        for (String url : new String[] {
            "r2dbc:postgresql://user:" + secret + "@/db",
            "postgresql://user:" + secret + "@host:x/db",
            "postgresql://user:" + secret + "@host:99999/db",
            "postgresql://user:" + secret + " @host/db",
            "mysql://user:" + secret + "@host/db",
            "postgresql://user:" + secret + "@host/db?sslmode=" + secret,
            secret
        }) {
            Secrets.look("URL", (Throwable) assertThatIllegalArgumentException()
                    .isThrownBy(() -> PostgresSessions.builder().url(url))
                    .actual());
        }

        assertThat(Secrets.takeSeen()).isEmpty();
    }

    @Test
    void aSecretThatIsLetOutMustBeSeen() {
        Secrets.know("planted-secret");
        Secrets.look("message", new IllegalStateException("outer", new IllegalStateException("planted-secret")));
        LoggerFactory.getLogger("org.reactivesessions.planted").trace("with a {}", "planted-secret");

        assertThat(Secrets.takeSeen()).hasSize(2);
    }

    private static Throwable errorOf(Mono<?> failing) {
        return failing.<Throwable>map(value -> new AssertionError("it succeeded"))
                .onErrorResume(Mono::just)
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }

    @Test
    void everyCallAfterTheEndMustSaySo() {
        ReactiveSessions closed =
                PostgresSessions.builder().url(database.r2dbcUrl()).build();
        closed.close().block(ServerFixture.PATIENCE);

        for (Mono<?> call : new Mono<?>[] {
            closed.withTransaction(session -> Mono.just(1)),
            closed.withTransactionMany(session -> Flux.just(1)).then(),
            closed.withSession(session -> Mono.just(1)),
            closed.withSessionMany(session -> Flux.just(1)).then(),
            closed.transactional(Mono.just(1)),
            Mono.from(closed.connectionFactory().create())
        }) {
            StepVerifier.create(call)
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("closed"))
                    .verify(ServerFixture.PATIENCE);
        }
        closed.quiesced().block(ServerFixture.PATIENCE);
        closed.close().block(ServerFixture.PATIENCE);
        assertThat(closed.poolStatus().acquired()).isZero();
    }
}
