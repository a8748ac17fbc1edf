package org.reactivesessions.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.r2dbc.proxy.ProxyConnectionFactory;
import io.r2dbc.proxy.observation.ObservationProxyExecutionListener;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** One observation of every transaction, and what others make of statements inside it. */
@ExtendWith(PostgresExtension.class)
class ObservationIT {

    private static final String OURS = "reactive.sessions.operation";
    private static final String THEIRS = "r2dbc.query";
    private static final TransactionOptions TRANSFER =
            TransactionOptions.defaults().named("transfer");

    private final Recorder recorder = new Recorder();
    private final ObservationRegistry registry = ObservationRegistry.create();
    private final Server server;
    private final SessionObservations observations;
    private final ReactiveSessions sessions;
    /** The name of the span that something sees around it. */
    private final List<String> seen = new CopyOnWriteArrayList<>();

    ObservationIT(TestDatabase database) {
        registry.observationConfig().observationHandler(recorder);
        server = new Server(database);
        observations =
                SessionObservations.builder(registry).system("postgresql").build();
        sessions = server.sessions(2).listener(observations).build();
    }

    @AfterEach
    void leaveNothingBehind() {
        Hooks.disableAutomaticContextPropagation();
        Server.close(sessions);
        server.close();
        assertThat(registry.getCurrentObservation()).isNull();
        assertThat(recorder.stopped(OURS)).hasSameSizeAs(recorder.started(OURS));
    }

    private Mono<Void> see(String what) {
        return Mono.deferContextual(context -> {
            Observation around = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
            seen.add(what + " in " + name(around));
            return Mono.empty();
        });
    }

    /** A span is called as its convention says when it ends; until then its key tells. */
    private static @Nullable String name(@Nullable Observation observation) {
        if (observation == null) {
            return null;
        }
        Observation.Context context = observation.getContext();
        return context instanceof SessionObservationContext ? value(context, "name") : context.getContextualName();
    }

    private static Mono<Long> insert(Session session) {
        return session.sql("INSERT INTO item VALUES (1)").rowsUpdated();
    }

    private Observation.Context only() {
        assertThat(recorder.started(OURS)).hasSize(1);
        assertThat(recorder.stopped(OURS)).hasSize(1).isEqualTo(recorder.started(OURS));
        return recorder.stopped(OURS).get(0);
    }

    private static @Nullable String value(Observation.Context context, String key) {
        return Recorder.value(context, key);
    }

    @Test
    void theKeyOfTheContextMustBeMicrometers() {
        assertThat(SessionObservations.KEY).isEqualTo(ObservationThreadLocalAccessor.KEY);
    }

    @Test
    void aTransactionMustBeOneObservationInsideThatOfItsSubscriber() {
        Observation request = Observation.start("request", registry).contextualName("GET /transfer");
        sessions.withTransaction(TRANSFER, session -> {
                    session.afterCommit(() -> see("hook"));
                    return see("function")
                            .then(insert(session))
                            .then(session.nested(inner -> see("nested").then(Mono.just(1L))));
                })
                .contextWrite(Context.of(ObservationThreadLocalAccessor.KEY, request))
                .block(Server.PATIENCE);
        request.stop();

        Observation.Context transaction = only();
        assertThat(transaction.getContextualName()).isEqualTo("transfer");
        assertThat(Recorder.parent(transaction)).isEqualTo("GET /transfer");
        assertThat(seen).containsExactly("function in transfer", "nested in transfer", "hook in transfer");
        assertThat(value(transaction, "name")).isEqualTo("transfer");
        assertThat(value(transaction, "outcome")).isEqualTo("committed");
        assertThat(value(transaction, "error.type")).isEqualTo("none");
        assertThat(value(transaction, "cancelled")).isEqualTo("false");
        assertThat(value(transaction, "repeated")).isEqualTo("false");
        assertThat(value(transaction, "db.system.name")).isEqualTo("postgresql");
        assertThat(value(transaction, "attempts")).isEqualTo("1");
        assertThat(value(transaction, "statements")).isEqualTo("1");
        assertThat(recorder.events())
                .satisfiesExactly(
                        event -> assertThat(event).matches("attempt 1 got its connection after .* ms"),
                        event -> assertThat(event).matches("attempt 1 committed after .* ms in phase committing"));
    }

    @Test
    void withoutOneInTheContextTheThreadsMustBeTheParent() {
        Observation job = Observation.start("job", registry).contextualName("nightly");
        Mono<Long> transfer = sessions.withTransaction(TRANSFER, ObservationIT::insert);
        job.scoped(() -> transfer.block(Server.PATIENCE));
        job.stop();

        assertThat(Recorder.parent(only())).isEqualTo("nightly");
    }

    @Test
    void anErrorMustBeKnownByItsSqlState() {
        server.run("INSERT INTO item VALUES (1)");
        assertThatThrownBy(() -> sessions.withTransaction(TRANSFER, ObservationIT::insert)
                        .block(Server.PATIENCE))
                .isInstanceOf(R2dbcDataIntegrityViolationException.class);

        Observation.Context transaction = only();
        assertThat(value(transaction, "outcome")).isEqualTo("rolled_back");
        assertThat(value(transaction, "error.type")).isEqualTo("23505");
        assertThat(transaction.getError()).isInstanceOf(R2dbcDataIntegrityViolationException.class);
        assertThat(recorder.events())
                .last()
                .asString()
                .matches("attempt 1 rolled_back after .* ms in phase active: 23505");
    }

    @Test
    void attemptsMustBelongToOneObservation() {
        sessions.withTransaction(
                        TRANSFER.retry(TransactionRetry.defaults()),
                        session -> see("attempt " + session.attempt())
                                .then(insert(session))
                                .flatMap(row -> session.attempt() < 3
                                        ? Mono.error(new R2dbcRollbackException("again", "40001"))
                                        : Mono.just(row)))
                .block(Server.PATIENCE);

        Observation.Context transaction = only();
        assertThat(value(transaction, "outcome")).isEqualTo("committed");
        assertThat(value(transaction, "error.type")).isEqualTo("none");
        assertThat(value(transaction, "repeated")).isEqualTo("true");
        assertThat(value(transaction, "attempts")).isEqualTo("3");
        assertThat(value(transaction, "statements")).isEqualTo("3");
        assertThat(seen).containsExactly("attempt 1 in transfer", "attempt 2 in transfer", "attempt 3 in transfer");
        assertThat(recorder.events().stream().map(event -> event.replaceAll("[0-9.]+ ms", "x ms")))
                .containsExactly(
                        "attempt 1 got its connection after x ms",
                        "attempt 1 rolled_back after x ms in phase active: 40001",
                        "attempt 2 follows",
                        "attempt 2 got its connection after x ms",
                        "attempt 2 rolled_back after x ms in phase active: 40001",
                        "attempt 3 follows",
                        "attempt 3 got its connection after x ms",
                        "attempt 3 committed after x ms in phase committing");
    }

    @Test
    void aCancelMustEndItAfterTheCleanUp() {
        Rule held = server.proxy().hold(Server.ROLLBACK_ANSWER);
        Rule inserted = server.proxy().watch(Server.INSERT_ANSWER);
        Disposable running = sessions.withTransaction(TRANSFER, session -> {
                    session.afterRollback(() -> see("hook"));
                    return insert(session).then(Mono.never());
                })
                .subscribe(value -> {}, error -> {});
        inserted.awaitHit(Server.PATIENCE);
        running.dispose();
        held.awaitHit(Server.PATIENCE);
        assertThat(recorder.stopped(OURS)).isEmpty();
        held.remove();
        sessions.quiesced().block(Server.PATIENCE);

        Observation.Context transaction = only();
        assertThat(value(transaction, "outcome")).isEqualTo("rolled_back");
        assertThat(value(transaction, "cancelled")).isEqualTo("true");
        assertThat(value(transaction, "error.type")).isEqualTo("none");
        assertThat(seen).containsExactly("hook in transfer");
    }

    @Test
    void aCancelDuringCommitMustEndItAsCommitted() {
        Rule held = server.proxy().hold(Server.COMMIT_ANSWER);
        Disposable running =
                sessions.withTransaction(TRANSFER, ObservationIT::insert).subscribe(value -> {}, error -> {});
        held.awaitHit(Server.PATIENCE);
        running.dispose();
        assertThat(recorder.stopped(OURS)).isEmpty();
        held.remove();
        sessions.quiesced().block(Server.PATIENCE);

        assertThat(value(only(), "outcome")).isEqualTo("committed");
        assertThat(value(only(), "cancelled")).isEqualTo("true");
    }

    @Test
    void whatEndsEarlyForItsSubscriberMustBeEndedOnceAndLater() {
        assertThatThrownBy(() -> sessions.withTransaction(
                                TRANSFER.timeout(Duration.ofMillis(300)),
                                session -> insert(session).then(Mono.never()))
                        .block(Server.PATIENCE))
                .isInstanceOf(TransactionTimeoutException.class);
        sessions.quiesced().block(Server.PATIENCE);

        assertThat(value(only(), "error.type")).isEqualTo("TransactionTimeoutException");
        assertThat(value(only(), "cancelled")).isEqualTo("false");
    }

    @Test
    void aTransactionOfItsOwnInsideAnotherMustLieInside() {
        sessions.withTransaction(
                        TRANSFER,
                        session -> sessions.withTransaction(
                                TransactionOptions.defaults().named("audit").propagation(Propagation.REQUIRES_NEW),
                                ObservationIT::insert))
                .block(Server.PATIENCE);

        assertThat(recorder.stopped(OURS))
                .extracting(Observation.Context::getContextualName, Recorder::parent)
                .containsExactly(tuple("audit", "transfer"), tuple("transfer", null));
    }

    @Test
    void whatIsRefusedAfterTheCloseMustBeEndedToo() {
        Server.close(sessions);
        assertThatThrownBy(() -> sessions.withTransaction(TRANSFER, ObservationIT::insert)
                        .block(Server.PATIENCE))
                .isInstanceOf(IllegalStateException.class);

        assertThat(value(only(), "outcome")).isEqualTo("not_started");
        assertThat(value(only(), "error.type")).isEqualTo("Refusal");
    }

    @Test
    void aPredicateAgainstItMustLeaveTheOuterOneInPlace() {
        registry.observationConfig().observationPredicate((name, context) -> !OURS.equals(name));
        Observation request = Observation.start("request", registry).contextualName("GET /transfer");
        sessions.withTransaction(TRANSFER, session -> see("function").then(insert(session)))
                .contextWrite(Context.of(ObservationThreadLocalAccessor.KEY, request))
                .block(Server.PATIENCE);
        request.stop();

        assertThat(recorder.started(OURS)).isEmpty();
        assertThat(seen).containsExactly("function in GET /transfer");
    }

    private ConnectionFactory proxied(ConnectionFactory factory) {
        return ProxyConnectionFactory.builder(factory)
                .listener(new ObservationProxyExecutionListener(registry, factory, server.url()))
                .build();
    }

    /** The driver itself is watched, below the pool. */
    private void statementsMustLieInside() {
        ReactiveSessions watched = ReactiveSessions.builder(proxied(ConnectionFactories.get(server.url())))
                .pool(Server.pool(1))
                .listener(observations)
                .build();
        try {
            watched.withTransaction(
                            TRANSFER.retry(TransactionRetry.defaults()),
                            session -> insert(session)
                                    .then(session.nested(inner ->
                                            inner.sql("SELECT 1").execute().thenReturn(1)))
                                    .flatMap(row -> session.attempt() == 1
                                            ? Mono.error(new R2dbcRollbackException("again", "40001"))
                                            : Mono.just(row)))
                    .block(Server.PATIENCE);
        } finally {
            Server.close(watched);
        }
        assertThat(recorder.stopped(THEIRS))
                .filteredOn(
                        query -> String.valueOf(value(query, "r2dbc.query[0]")).matches("INSERT.*|SELECT 1"))
                .hasSize(4)
                .allSatisfy(query -> assertThat(Recorder.parent(query)).isEqualTo("transfer"));
        assertThat(value(only(), "attempts")).isEqualTo("2");
    }

    @Test
    void spansOfStatementsMustLieInsideThroughAllAttempts() {
        statementsMustLieInside();
    }

    @Test
    void spansOfStatementsMustLieInsideWhereThreadLocalsAreRestored() {
        Hooks.enableAutomaticContextPropagation();
        statementsMustLieInside();
    }

    /** What a library sees of the transaction is watched, above the pool. */
    @Test
    void spansOfALibrarysStatementsMustLieInside() {
        ConnectionFactory library = proxied(sessions.connectionFactory());
        sessions.withTransaction(
                        TRANSFER,
                        session -> Mono.usingWhen(
                                library.create(),
                                connection -> Flux.from(connection
                                                .createStatement("SELECT 1")
                                                .execute())
                                        .flatMap(result -> result.map(row -> row.get(0, Integer.class)))
                                        .then(),
                                Connection::close))
                .block(Server.PATIENCE);

        assertThat(recorder.stopped(THEIRS))
                .hasSize(1)
                .allSatisfy(query -> assertThat(Recorder.parent(query)).isEqualTo("transfer"));
    }

    @Test
    void withThreadLocalsRestoredAFunctionMustRunInsideIt() {
        Hooks.enableAutomaticContextPropagation();
        List<String> current = new CopyOnWriteArrayList<>();
        sessions.withTransaction(TRANSFER, session -> {
                    current.add(String.valueOf(currentName()));
                    return insert(session).doOnNext(row -> current.add(String.valueOf(currentName())));
                })
                .doOnNext(row -> current.add(String.valueOf(currentName())))
                .block(Server.PATIENCE);

        assertThat(current).startsWith("transfer", "transfer");
        assertThat(current).last().isEqualTo("null");
    }

    private @Nullable String currentName() {
        return name(registry.getCurrentObservation());
    }

    @Test
    void theNamesOfOpenTelemetryMustBeThere() {
        ReactiveSessions telling = server.sessions(1)
                .listener(SessionObservations.builder(registry)
                        .system("postgresql")
                        .namespace("bank")
                        .server("db.example", 5432)
                        .convention(new OpenTelemetrySessionObservationConvention())
                        .build())
                .build();
        server.run("INSERT INTO item VALUES (1)");
        try {
            assertThatThrownBy(() -> telling.withTransaction(TRANSFER, ObservationIT::insert)
                            .block(Server.PATIENCE))
                    .isInstanceOf(R2dbcDataIntegrityViolationException.class);
        } finally {
            Server.close(telling);
        }

        assertThat(recorder.stopped("db.client.operation.duration"))
                .singleElement()
                .returns("transfer", Observation.Context::getContextualName)
                .returns("postgresql", context -> value(context, "db.system.name"))
                .returns("bank", context -> value(context, "db.namespace"))
                .returns("transfer", context -> value(context, "db.query.summary"))
                .returns("db.example", context -> value(context, "server.address"))
                .returns("5432", context -> value(context, "server.port"))
                .returns("23505", context -> value(context, "error.type"))
                .returns("23505", context -> value(context, "db.response.status_code"))
                .returns("rolled_back", context -> value(context, "reactive.sessions.outcome"))
                .returns("1", context -> value(context, "reactive.sessions.attempts"));
    }
}
