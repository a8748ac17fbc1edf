package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.ReferenceCountUtil;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.StepVerifier;

/**
 * What this library relies on, or works around, in the driver and the pool. When one of these fails after an upgrade, read
 * what it says before changing anything else.
 */
@ExtendWith(PostgresExtension.class)
@ExpectsDrops // the driver drops what it has buffered when it is closed with a command unanswered
class CanaryIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FaultProxy proxy;
    private final PostgresqlConnectionFactory factory;
    private final PostgresqlConnection connection;

    CanaryIT(TestDatabase database) {
        proxy = FaultProxy.start(database.host(), database.port());
        factory = new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(proxy.host())
                .port(proxy.port())
                .database(database.database())
                .username(database.username())
                .password(database.password())
                .build());
        connection = Objects.requireNonNull(factory.create().block(PATIENCE));
    }

    @BeforeEach
    void createTable() {
        run("DROP TABLE IF EXISTS canary");
        run("CREATE TABLE canary (id int PRIMARY KEY)");
    }

    @AfterEach
    void close() {
        connection.close().block(PATIENCE);
        proxy.close();
    }

    private void run(String sql) {
        connection
                .createStatement(sql)
                .execute()
                .flatMap(Result::getRowsUpdated)
                .then()
                .block(PATIENCE);
    }

    @Test
    void theConnectionMustShowItsEventLoopAndAnswerLocallyAtOnce() {
        assertThat(((Wrapped<?>) connection).unwrap(Scheduler.class)).isNotNull();
        assertThat(connection.validate(ValidationDepth.LOCAL)).isInstanceOf(Callable.class);
    }

    @Test
    void commitMustTurnTheTagRollbackIntoAnErrorWithoutSeverity() {
        connection.beginTransaction().block(PATIENCE);
        connection
                .createStatement("SELECT * FROM nowhere")
                .execute()
                .flatMap(Result::getRowsUpdated)
                .onErrorComplete()
                .blockLast(PATIENCE);

        connection.commitTransaction().as(StepVerifier::create).verifyErrorSatisfies(error -> {
            assertThat(error).isInstanceOf(R2dbcRollbackException.class);
            assertThat(((PostgresqlException) error).getErrorDetails().getSeverityNonLocalized())
                    .isNullOrEmpty();
        });
    }

    @Test
    void commitAsAStatementMustHideTheTagRollback() {
        connection.beginTransaction().block(PATIENCE);
        connection
                .createStatement("SELECT * FROM nowhere")
                .execute()
                .flatMap(Result::getRowsUpdated)
                .onErrorComplete()
                .blockLast(PATIENCE);

        connection
                .createStatement("COMMIT")
                .execute()
                .flatMap(Result::getRowsUpdated)
                .then()
                .as(StepVerifier::create)
                .verifyComplete();
    }

    @Test
    void rollbackTransactionMustSendNothingWhileBeginIsUnanswered() {
        Rule rollback = proxy.watch(FrameMatch.fromClient('Q').sql("^ROLLBACK"));
        Rule begin = proxy.hold(FrameMatch.fromServer('C').answering("^BEGIN"));
        Mono<Void> begun = connection.beginTransaction().cache();
        begun.subscribe();
        begin.awaitHit(PATIENCE);

        connection.rollbackTransaction().block(PATIENCE);

        assertThat(rollback.hits()).isZero();
        begin.remove();
        begun.block(PATIENCE);
        assertThat(connection.isAutoCommit()).isFalse();
    }

    @Test
    void beginMustBeSkippedInsideATransaction() {
        run("BEGIN");
        Rule begin = proxy.watch(FrameMatch.fromClient('Q').sql("^BEGIN"));

        connection.beginTransaction().block(PATIENCE);

        assertThat(begin.hits()).isZero();
    }

    /** How BEGIN's message is sent by the driver's own method. */
    @Test
    void theTextOfAnIsolationLevelMustBeSentAsItIs() {
        Rule begin = proxy.watch(FrameMatch.fromClient('Q')
                .sql("^BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY; SET"
                        + " LOCAL lock_timeout = 1000; SET LOCAL statement_timeout = 2000$"));

        connection
                .beginTransaction(IsolationLevel.valueOf("SERIALIZABLE, READ ONLY; SET LOCAL lock_timeout = 1000; SET"
                        + " LOCAL statement_timeout = 2000"))
                .block(PATIENCE);

        assertThat(begin.hits()).isEqualTo(1);
        assertThat(text("SELECT concat_ws(' ', current_setting('lock_timeout'), current_setting('statement_timeout'))"))
                .isEqualTo("1s 2s");
    }

    /** Why there is a limit to such texts. */
    @Test
    void everyTextOfAnIsolationLevelMustBeKept() {
        String unheardOf = "READ COMMITTED; SET LOCAL lock_timeout = ";
        long millis = System.nanoTime();
        assertThat(IsolationLevel.valueOf(unheardOf + millis)).isSameAs(IsolationLevel.valueOf(unheardOf + millis));
    }

    /** Why the driver is not asked for the level after a transaction. */
    @Test
    void theIsolationLevelMustOutliveARollbackThatIsAStatement() {
        connection.beginTransaction(IsolationLevel.SERIALIZABLE).block(PATIENCE);
        run("ROLLBACK");

        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.SERIALIZABLE);
    }

    @Test
    void anErrorOfTheDriversBeginMustComeWhenItIsReadyAgain() {
        Rule ready = proxy.hold(FrameMatch.fromServer('Z').answering("^BEGIN"));
        CompletableFuture<Boolean> transactional = connection
                .beginTransaction(IsolationLevel.valueOf("READ COMMITTED; SET LOCAL lock_timeout = 'canary'"))
                .then(Mono.<Boolean>empty())
                .onErrorResume(error -> Mono.fromCallable(() -> !connection.isAutoCommit()))
                .toFuture();
        ready.awaitHit(PATIENCE);
        assertThat(transactional).isNotDone();
        ready.release();

        assertThat(transactional).succeedsWithin(PATIENCE).isEqualTo(true);
    }

    /** Why a script waits for the end of its answers. */
    @Test
    void anErrorOfAStatementMustComeBeforeItIsReadyAgain() {
        Rule ready = proxy.hold(FrameMatch.fromServer('Z').answering("^BEGIN"));
        CompletableFuture<Boolean> transactional = connection
                .createStatement("BEGIN; SET LOCAL lock_timeout = 'canary'")
                .execute()
                .concatMap(Result::getRowsUpdated)
                .then(Mono.<Boolean>empty())
                .onErrorResume(error -> Mono.fromCallable(() -> !connection.isAutoCommit()))
                .toFuture();

        assertThat(transactional).succeedsWithin(PATIENCE).isEqualTo(false);
        ready.release();
        run("ROLLBACK");
    }

    /** Why a script has no fetch size. */
    @Test
    void severalCommandsMustFailWithAFetchSize() {
        connection
                .createStatement("SELECT 1; SELECT 2")
                .fetchSize(10)
                .execute()
                .concatMap(Result::getRowsUpdated)
                .as(StepVerifier::create)
                .verifyErrorMessage("cannot insert multiple commands into a prepared statement");
    }

    @Test
    void theVersionOfTheServerMustBeKnown() {
        assertThat(connection.getMetadata().getDatabaseVersion()).isEqualTo(text("SHOW server_version"));
    }

    private String text(String query) {
        return Objects.requireNonNull(connection
                .createStatement(query)
                .execute()
                .flatMap(read -> read.map(row -> row.get(0, String.class)))
                .blockLast(PATIENCE));
    }

    /** Why a façade result is not reference-counted, and discard hooks are hidden from the driver. */
    @Test
    void releasingAResultWithParametersMustSendItsStatement() {
        Result result = Objects.requireNonNull(connection
                .createStatement("INSERT INTO canary VALUES ($1)")
                .bind("$1", 1)
                .execute()
                .blockFirst(PATIENCE));

        ReferenceCountUtil.release(result);

        assertThat(connection
                        .createStatement("SELECT count(*) FROM canary")
                        .execute()
                        .flatMap(read -> read.map(row -> row.get(0, Long.class)))
                        .blockLast(PATIENCE))
                .isEqualTo(1);
    }

    @Test
    void closeMustFailWhatWaitsAndAnswerClosedAtOnce() {
        Rule hold = proxy.hold(FrameMatch.fromServer('C').answering("pg_sleep"));
        var waiting = connection
                .createStatement("SELECT pg_sleep(0)")
                .execute()
                .flatMap(Result::getRowsUpdated)
                .then()
                .toFuture();
        hold.awaitHit(PATIENCE);

        connection.close().subscribe();

        assertThat(connection.validate(ValidationDepth.LOCAL).block(PATIENCE)).isFalse();
        assertThat(waiting).failsWithin(PATIENCE);
        hold.remove();
    }

    @Test
    void aCommandOnAClosedConnectionMustSayItWasNeverSent() {
        connection.close().block(PATIENCE);

        connection
                .createStatement("SELECT 1")
                .execute()
                .flatMap(Result::getRowsUpdated)
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> {
                    assertThat(error).isInstanceOf(R2dbcException.class).hasNoCause();
                    assertThat(error).hasMessageContaining("Cannot exchange messages because the connection is closed");
                });
    }

    @Test
    void theIsolationLevelOfAFreshConnectionMustBeTheServersDefault() {
        run("ALTER DATABASE \"" + database() + "\" SET default_transaction_isolation = 'repeatable read'");
        Connection fresh = Objects.requireNonNull(factory.create().block(PATIENCE));
        run("ALTER DATABASE \"" + database() + "\" RESET default_transaction_isolation");

        assertThat(fresh.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.REPEATABLE_READ);
        Mono.from(fresh.close()).block(PATIENCE);
    }

    private String database() {
        return text("SELECT current_database()");
    }

    /** r2dbc-pool #211: why a cancel must not travel to the pool once a connection was delivered. */
    @Test
    void cancellingAnAcquisitionAfterDeliveryMustGiveTheConnectionBackWhileItIsInUse() {
        ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(factory)
                .initialSize(0)
                .maxSize(1)
                .build());
        BaseSubscriber<Connection> borrower = new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(Connection delivered) {
                cancel();
            }
        };
        pool.create().doOnNext(delivered -> {}).subscribe(borrower);

        Connection second = Objects.requireNonNull(pool.create().block(PATIENCE));
        assertThat(pool.getMetrics().orElseThrow().acquiredSize()).isEqualTo(1);
        Mono.from(second.close()).block(PATIENCE);
        pool.disposeLater().block(PATIENCE);
    }

    @Test
    void aSecondCloseOfAPooledConnectionMustThrowOutOfTheCall() {
        ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(factory)
                .initialSize(0)
                .maxSize(1)
                .build());
        Connection pooled = Objects.requireNonNull(pool.create().block(PATIENCE));
        Mono.from(pooled.close()).block(PATIENCE);

        assertThatThrownBy(pooled::close).isInstanceOf(IllegalStateException.class);
        pool.disposeLater().block(PATIENCE);
    }
}
