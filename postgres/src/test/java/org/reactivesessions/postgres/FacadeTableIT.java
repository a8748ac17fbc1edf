package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.r2dbc.postgresql.api.CopyInBuilder;
import io.r2dbc.postgresql.api.PostgresqlBatch;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.postgresql.api.PostgresqlRow;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Every method of the driver's public interfaces, and what the façade does with it. A method without a line fails. */
@ExtendWith(PostgresExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class FacadeTableIT {

    private enum Kind {
        GATED,
        ANSWERED,
        MAPPED,
        REFUSED,
        /** Collects what a gated method will send; sends nothing itself. */
        PREPARES
    }

    private static final Map<String, Kind> TABLE = new TreeMap<>(Map.ofEntries(
            Map.entry("PostgresqlConnection.beginTransaction", Kind.REFUSED),
            Map.entry("PostgresqlConnection.cancelRequest", Kind.REFUSED),
            Map.entry("PostgresqlConnection.close", Kind.REFUSED),
            Map.entry("PostgresqlConnection.commitTransaction", Kind.REFUSED),
            Map.entry("PostgresqlConnection.copyIn", Kind.GATED),
            Map.entry("PostgresqlConnection.createBatch", Kind.PREPARES),
            Map.entry("PostgresqlConnection.createSavepoint", Kind.REFUSED),
            Map.entry("PostgresqlConnection.createStatement", Kind.PREPARES),
            Map.entry("PostgresqlConnection.getMetadata", Kind.ANSWERED),
            Map.entry("PostgresqlConnection.getNotifications", Kind.REFUSED),
            Map.entry("PostgresqlConnection.getTransactionIsolationLevel", Kind.ANSWERED),
            Map.entry("PostgresqlConnection.isAutoCommit", Kind.ANSWERED),
            Map.entry("PostgresqlConnection.releaseSavepoint", Kind.REFUSED),
            Map.entry("PostgresqlConnection.rollbackTransaction", Kind.REFUSED),
            Map.entry("PostgresqlConnection.rollbackTransactionToSavepoint", Kind.REFUSED),
            Map.entry("PostgresqlConnection.setAutoCommit", Kind.ANSWERED),
            Map.entry("PostgresqlConnection.setLockWaitTimeout", Kind.MAPPED),
            Map.entry("PostgresqlConnection.setStatementTimeout", Kind.MAPPED),
            Map.entry("PostgresqlConnection.setTransactionIsolationLevel", Kind.REFUSED),
            Map.entry("PostgresqlConnection.toString", Kind.ANSWERED),
            Map.entry("PostgresqlConnection.validate", Kind.GATED),
            Map.entry("PostgresqlStatement.add", Kind.PREPARES),
            Map.entry("PostgresqlStatement.bind", Kind.PREPARES),
            Map.entry("PostgresqlStatement.bindNull", Kind.PREPARES),
            Map.entry("PostgresqlStatement.execute", Kind.GATED),
            Map.entry("PostgresqlStatement.fetchSize", Kind.PREPARES),
            Map.entry("PostgresqlStatement.returnGeneratedValues", Kind.PREPARES),
            Map.entry("PostgresqlBatch.add", Kind.PREPARES),
            Map.entry("PostgresqlBatch.execute", Kind.GATED),
            Map.entry("PostgresqlResult.filter", Kind.PREPARES),
            Map.entry("PostgresqlResult.flatMap", Kind.GATED),
            Map.entry("PostgresqlResult.getRowsUpdated", Kind.GATED),
            Map.entry("PostgresqlResult.map", Kind.GATED),
            Map.entry("CopyInBuilder.build", Kind.GATED),
            Map.entry("CopyInBuilder.from", Kind.PREPARES),
            Map.entry("CopyInBuilder.fromMany", Kind.PREPARES),
            Map.entry("PostgresqlRow.get", Kind.ANSWERED),
            Map.entry("PostgresqlRow.getMetadata", Kind.ANSWERED)));

    private static final Map<Class<?>, Class<?>> FACADES = Map.of(
            PostgresqlConnection.class, PostgresGatedConnection.class,
            PostgresqlStatement.class, PostgresGatedStatement.class,
            PostgresqlBatch.class, PostgresGatedBatch.class,
            PostgresqlResult.class, PostgresGatedResult.class,
            CopyInBuilder.class, GatedCopyIn.class,
            PostgresqlRow.class, ConfinedRow.class);

    private final ServerFixture fixture;

    FacadeTableIT(TestDatabase database) {
        fixture = ServerFixture.on(database);
    }

    @AfterAll
    void leaveNothingBehind() {
        fixture.close();
    }

    private static Stream<Method> instanceMethods(Class<?> driverInterface) {
        return Arrays.stream(driverInterface.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !method.isBridge());
    }

    @Test
    void everyMethodOfTheDriverMustHaveALine() {
        List<String> methods = FACADES.keySet().stream()
                .flatMap(type -> instanceMethods(type).map(method -> type.getSimpleName() + "." + method.getName()))
                .distinct()
                .sorted()
                .collect(Collectors.toList());

        assertThat(methods).containsExactlyInAnyOrderElementsOf(TABLE.keySet());
    }

    /** A default of the driver's interface would bypass the façade, unless it only calls other methods of it. */
    @Test
    void everyMethodMustBeTheFacadesOwn() throws NoSuchMethodException {
        for (Map.Entry<Class<?>, Class<?>> pair : FACADES.entrySet()) {
            for (Method method : instanceMethods(pair.getKey()).collect(Collectors.toList())) {
                Class<?> declaring = pair.getValue()
                        .getMethod(method.getName(), method.getParameterTypes())
                        .getDeclaringClass();
                boolean delegatesToItself = method.isDefault() && declaring.isInterface();
                assertThat(declaring.getName().startsWith("org.reactivesessions") || delegatesToItself)
                        .as("%s", method)
                        .isTrue();
            }
        }
        assertThat(FACADES.keySet().stream()
                        .flatMap(FacadeTableIT::instanceMethods)
                        .filter(Method::isDefault)
                        .map(method -> method.getDeclaringClass().getSimpleName() + "." + method.getName())
                        .distinct())
                .containsExactlyInAnyOrder(
                        "PostgresqlConnection.copyIn",
                        "CopyInBuilder.from",
                        "PostgresqlStatement.fetchSize",
                        "Readable.get",
                        "Result.map");
    }

    private static Object argument(Class<?> type) {
        if (type == String.class) {
            return "COPY nothing FROM STDIN";
        }
        if (type == Duration.class) {
            return Duration.ofMillis(1_234);
        }
        if (type == boolean.class) {
            return true;
        }
        if (type == IsolationLevel.class) {
            return IsolationLevel.SERIALIZABLE;
        }
        if (type == ValidationDepth.class) {
            return ValidationDepth.REMOTE;
        }
        if (type == Publisher.class) {
            return Flux.just(Unpooled.EMPTY_BUFFER);
        }
        return TransactionOptions.defaults();
    }

    /** Calls a method, and turns what it throws or signals into one outcome. */
    private static String outcomeOf(Connection facade, Method method) {
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(FacadeTableIT::argument)
                .toArray();
        try {
            Object answer = method.invoke(facade, arguments);
            if (answer instanceof Publisher<?> publisher) {
                return Objects.requireNonNull(Flux.from(publisher)
                        .materialize()
                        .map(signal -> signal.hasError()
                                ? Objects.requireNonNull(signal.getThrowable())
                                        .getClass()
                                        .getSimpleName()
                                : "signalled")
                        .blockLast(ServerFixture.PATIENCE));
            }
            return "returned";
        } catch (InvocationTargetException thrown) {
            return "threw " + thrown.getTargetException().getClass().getSimpleName();
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private <T> T inside(Function<PostgresqlConnection, T> work) {
        return fixture.sessions()
                .withTransaction(
                        session -> Mono.fromCallable(() -> work.apply((PostgresqlConnection) session.connection()))
                                .subscribeOn(Schedulers.boundedElastic()))
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }

    @Test
    void whatIsRefusedMustSignalAndSendNothing() {
        Rule sent = fixture.proxy().watch(FrameMatch.fromClient('Q', 'P', 'B').sql("^(?!BEGIN|COMMIT|ROLLBACK)"));
        Map<String, String> outcomes = inside(facade -> {
            Map<String, String> seen = new TreeMap<>();
            instanceMethods(PostgresqlConnection.class)
                    .filter(method -> TABLE.get("PostgresqlConnection." + method.getName()) == Kind.REFUSED)
                    .forEach(method -> seen.put(method.toString(), outcomeOf(facade, method)));
            return seen;
        });

        assertThat(outcomes)
                .hasSize(11)
                .allSatisfy(
                        (method, outcome) -> assertThat(outcome).as(method).isEqualTo("UnsupportedOperationException"));
        assertThat(sent.hits()).isZero();
        sent.remove();
    }

    @Test
    void setAutoCommitMustNeverCommit() {
        List<String> seen = inside(facade -> List.of(
                facade.setAutoCommit(true)
                        .then(Mono.just("committed"))
                        .onErrorResume(UnsupportedOperationException.class, error -> Mono.just("refused"))
                        .blockOptional()
                        .orElse("empty"),
                facade.setAutoCommit(false).blockOptional().isEmpty() ? "nothing" : "something"));

        assertThat(seen).containsExactly("refused", "nothing");
    }

    @Test
    void theStateMustBeTheTransactions() {
        List<Object> seen = inside(facade -> List.of(
                facade.isAutoCommit(),
                facade.getTransactionIsolationLevel(),
                facade.getMetadata().getDatabaseProductName(),
                Objects.requireNonNull(facade.validate(ValidationDepth.REMOTE).block()),
                Objects.requireNonNull(facade.validate(ValidationDepth.LOCAL).block())));

        assertThat(seen).containsExactly(false, IsolationLevel.READ_COMMITTED, "PostgreSQL", true, true);
    }

    @Test
    void timeoutsMustEndWithTheTransaction() {
        String show = "SELECT current_setting('statement_timeout') || ' ' || current_setting('lock_timeout')";
        assertThat(fixture.sessions()
                        .withTransaction(session -> ((PostgresqlConnection) session.connection())
                                .setStatementTimeout(Duration.ofSeconds(7))
                                .then(((PostgresqlConnection) session.connection())
                                        .setLockWaitTimeout(Duration.ofSeconds(3)))
                                .then(session.sql(show).one(row -> row.get(0, String.class))))
                        .block(ServerFixture.PATIENCE))
                .isEqualTo("7s 3s");
        assertThat(fixture.sessions()
                        .withTransaction(session -> session.sql(show).one(row -> row.get(0, String.class)))
                        .block(ServerFixture.PATIENCE))
                .isEqualTo("0 0");
    }

    /** PostgreSQL takes 0 for no limit, and refuses what does not fit into an int. */
    @Test
    void aTimeoutMustNeverBecomeNone() {
        String show = "SELECT current_setting('lock_timeout')";
        Function<Duration, String> setTo = timeout -> fixture.sessions()
                .withTransaction(session -> ((PostgresqlConnection) session.connection())
                        .setLockWaitTimeout(timeout)
                        .then(session.sql(show).one(row -> row.get(0, String.class))))
                .onErrorResume(IllegalArgumentException.class, error -> Mono.just("refused"))
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();

        assertThat(setTo.apply(Duration.ofNanos(1))).isEqualTo("1ms");
        assertThat(setTo.apply(Duration.ofNanos(1_000_001))).isEqualTo("2ms");
        assertThat(setTo.apply(Duration.ofDays(1_000))).isEqualTo("2147483646ms");
        assertThat(setTo.apply(Duration.ZERO)).isEqualTo("refused");
        assertThat(setTo.apply(Duration.ofSeconds(-1))).isEqualTo("refused");
    }

    @Test
    void unwrapMustNeverReachTheDriver() {
        List<Object> found = inside(facade -> {
            Wrapped<?> wrapped = (Wrapped<?>) facade;
            return List.of(
                    wrapped.unwrap() == facade,
                    wrapped.unwrap(PostgresqlConnection.class) == facade,
                    wrapped.unwrap(Scheduler.class) != null,
                    wrapped.unwrap(Executor.class) == null);
        });
        assertThat(found).containsOnly(true);
    }

    @Test
    void afterTheEndEverythingMustSayIllegalState() {
        AtomicReference<PostgresqlConnection> leaked = new AtomicReference<>();
        inside(facade -> {
            leaked.set(facade);
            return "done";
        });
        PostgresqlConnection facade = Objects.requireNonNull(leaked.get());

        instanceMethods(PostgresqlConnection.class)
                .filter(method -> !method.getName().equals("toString"))
                .forEach(method -> assertThat(outcomeOf(facade, method))
                        .as("%s", method)
                        .isIn("IllegalStateException", "threw IllegalStateException"));
        assertThat(facade.toString()).isEqualTo("PostgresGatedConnection[ended]");
    }

    @Test
    void aRefCursorMustBeRefused() {
        fixture.run("CREATE OR REPLACE FUNCTION open_one() RETURNS refcursor LANGUAGE plpgsql AS"
                + " $$DECLARE c refcursor; BEGIN OPEN c FOR SELECT 1; RETURN c; END$$");
        assertThatThrownBy(() -> fixture.sessions()
                        .withTransaction(session ->
                                session.sql("SELECT open_one()").one(row -> Objects.requireNonNull(row.get(0))))
                        .block(ServerFixture.PATIENCE))
                .hasMessageContaining("RefCursor is refused");
        assertThat(fixture.sessions()
                        .withTransaction(session -> session.sql("SELECT open_one()")
                                .one(row -> row.get(0, String.class))
                                .flatMap(cursor -> session.sql("FETCH ALL IN \"" + cursor + "\"")
                                        .one(row -> row.get(0, Integer.class))))
                        .block(ServerFixture.PATIENCE))
                .isEqualTo(1);
    }
}
