package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reactivesessions.wire.FacadeTableTest.Kind.ANSWERED;
import static org.reactivesessions.wire.FacadeTableTest.Kind.GATED;
import static org.reactivesessions.wire.FacadeTableTest.Kind.PREPARES;
import static org.reactivesessions.wire.FacadeTableTest.Kind.REFUSED;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Every method of the interfaces a function can reach, and what the façade does with it. */
class FacadeTableTest {

    enum Kind {
        /** Sends, if the gate is open. */
        GATED,
        /** Answered from our state, if the scope has not ended. */
        ANSWERED,
        /** Never sends. */
        REFUSED,
        /** Only prepares what a gated method sends. */
        PREPARES
    }

    private static final Map<String, Kind> CONNECTION = Map.ofEntries(
            Map.entry("createStatement(String)", PREPARES),
            Map.entry("createBatch()", PREPARES),
            Map.entry("validate(ValidationDepth)", GATED),
            Map.entry("getMetadata()", ANSWERED),
            Map.entry("isAutoCommit()", ANSWERED),
            Map.entry("getTransactionIsolationLevel()", ANSWERED),
            Map.entry("setAutoCommit(boolean)", REFUSED), // true; false is a test of its own
            Map.entry("beginTransaction()", REFUSED),
            Map.entry("beginTransaction(TransactionDefinition)", REFUSED),
            Map.entry("commitTransaction()", REFUSED),
            Map.entry("rollbackTransaction()", REFUSED),
            Map.entry("createSavepoint(String)", REFUSED),
            Map.entry("releaseSavepoint(String)", REFUSED),
            Map.entry("rollbackTransactionToSavepoint(String)", REFUSED),
            Map.entry("setTransactionIsolationLevel(IsolationLevel)", REFUSED),
            Map.entry("setLockWaitTimeout(Duration)", REFUSED),
            Map.entry("setStatementTimeout(Duration)", REFUSED),
            Map.entry("close()", REFUSED));

    private static final Map<String, Kind> STATEMENT = Map.of(
            "add()", PREPARES,
            "bind(int,Object)", PREPARES,
            "bind(String,Object)", PREPARES,
            "bindNull(int,Class)", PREPARES,
            "bindNull(String,Class)", PREPARES,
            "returnGeneratedValues(String[])", PREPARES,
            "fetchSize(int)", PREPARES,
            "execute()", GATED);

    private static final Map<String, Kind> BATCH = Map.of("add(String)", PREPARES, "execute()", GATED);

    private static final Map<String, Kind> RESULT = Map.of(
            "getRowsUpdated()", GATED,
            "map(BiFunction)", GATED,
            "map(Function)", GATED,
            "flatMap(Function)", GATED,
            "filter(Predicate)", PREPARES);

    private static final List<Facade> FACADES = List.of(
            new Facade(Connection.class, GatedConnection.class, CONNECTION),
            new Facade(Statement.class, GatedStatement.class, STATEMENT),
            new Facade(Batch.class, GatedBatch.class, BATCH),
            new Facade(Result.class, GatedResult.class, RESULT));

    private record Facade(Class<?> spi, Class<?> type, Map<String, Kind> table) {}

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final StatementGate gate = new StatementGate(WireExecutorTest.executor(database), crash -> {});
    private final GatedConnection connection =
            new GatedConnection(database.connection(0), gate, IsolationLevel.SERIALIZABLE);

    @Test
    void theTableMustHoldExactlyTheMethodsOfTheInterfaces() {
        for (Facade facade : FACADES) {
            assertThat(facade.table().keySet()).as(facade.spi().getSimpleName()).isEqualTo(signatures(facade.spi()));
        }
    }

    @Test
    void noFacadeMustInheritAMethodOfTheInterface() {
        for (Facade facade : FACADES) {
            assertThat(inherited(facade.spi(), facade.type()))
                    .as(facade.type().getSimpleName())
                    .isEmpty();
        }
    }

    /** What a newer version of the interface could bring. */
    interface Grown extends Batch {

        default void discard() {}
    }

    abstract static class GrownFacade extends GatedBatch implements Grown {

        GrownFacade(StatementGate gate, Batch physical) {
            super(gate, physical);
        }
    }

    @Test
    void aMethodThatIsNewInAnInterfaceMustBeNoticed() {
        assertThat(signatures(Grown.class)).isNotEqualTo(BATCH.keySet());
        assertThat(inherited(Grown.class, GrownFacade.class)).containsExactly("discard()");
    }

    private static Set<String> signatures(Class<?> spi) {
        return methods(spi).map(FacadeTableTest::signature).collect(Collectors.toSet());
    }

    private static List<String> inherited(Class<?> spi, Class<?> facade) {
        return methods(spi)
                .filter(method -> isInherited(facade, method))
                .map(FacadeTableTest::signature)
                .toList();
    }

    private static boolean isInherited(Class<?> facade, Method method) {
        try {
            return facade.getMethod(method.getName(), method.getParameterTypes())
                    .getDeclaringClass()
                    .isInterface();
        } catch (NoSuchMethodException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static Stream<Arguments> table() {
        return FACADES.stream()
                .flatMap(facade -> methods(facade.spi())
                        .map(method -> Arguments.of(
                                facade.spi().getSimpleName() + "." + signature(method),
                                method,
                                Objects.requireNonNull(facade.table().get(signature(method))))));
    }

    @ParameterizedTest(name = "{0} must be {2}")
    @MethodSource("table")
    void everyMethodMustDoWhatTheTableSays(String name, Method method, Kind kind) throws Exception {
        Object target = target(method.getDeclaringClass());
        List<String> before = database.wire();
        Object answer = call(target, method);
        if (kind == REFUSED) {
            StepVerifier.create((Publisher<?>) answer)
                    .verifyErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(UnsupportedOperationException.class)
                            .hasMessageContaining(method.getName())
                            .hasMessageContaining("is refused inside a scope: "));
            assertThat(database.wire()).isEqualTo(before);
        } else if (kind == GATED) {
            consume((Publisher<?>) answer);
            assertThat(database.wire()).hasSizeGreaterThan(before.size());
        } else {
            assertThat(answer).isNotNull();
            assertThat(database.wire()).isEqualTo(before);
        }
    }

    @ParameterizedTest(name = "{0} must send nothing after the end")
    @MethodSource("table")
    void afterTheEndEveryMethodMustRefuse(String name, Method method, Kind kind) throws Exception {
        Object target = target(method.getDeclaringClass());
        List<String> before = database.wire();
        gate.close(() -> {});
        boolean makes = method.getName().startsWith("create") && kind == PREPARES;
        if (kind == ANSWERED || makes) {
            assertThatThrownBy(() -> call(target, method))
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .rootCause()
                    .hasMessageContaining("scope of this session has ended");
        } else if (kind != PREPARES) {
            StepVerifier.create((Publisher<?>) call(target, method)).verifyError(IllegalStateException.class);
        }
        assertThat(database.wire()).isEqualTo(before);
    }

    private Object target(Class<?> spi) {
        if (spi == Statement.class) {
            return connection.createStatement("INSERT");
        }
        if (spi == Batch.class) {
            return connection.createBatch();
        }
        if (spi == Result.class) {
            // With a parameter, so that consuming the result is what sends.
            Statement statement = connection.createStatement("INSERT").bind(0, "value");
            return Objects.requireNonNull(Mono.from(statement.execute()).block());
        }
        return connection;
    }

    private static void consume(Publisher<?> publisher) {
        Flux.from(publisher)
                .concatMap(element -> element instanceof Result result ? result.getRowsUpdated() : Mono.just(element))
                .blockLast();
    }

    private static Object call(Object target, Method method) throws Exception {
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(FacadeTableTest::argument)
                .toArray();
        return method.invoke(target, arguments);
    }

    private static Object argument(Class<?> type) {
        if (type == BiFunction.class) {
            return (BiFunction<Object, Object, Object>) (row, metadata) -> row;
        }
        Map<Class<?>, Object> samples = Map.ofEntries(
                Map.entry(String.class, "name"),
                Map.entry(Object.class, "value"),
                Map.entry(Class.class, String.class),
                Map.entry(int.class, 0),
                Map.entry(boolean.class, true),
                Map.entry(String[].class, new String[] {"id"}),
                Map.entry(Duration.class, Duration.ofSeconds(1)),
                Map.entry(ValidationDepth.class, ValidationDepth.REMOTE),
                Map.entry(IsolationLevel.class, IsolationLevel.READ_COMMITTED),
                Map.entry(TransactionDefinition.class, IsolationLevel.READ_COMMITTED),
                Map.entry(Predicate.class, (Predicate<Object>) any -> true),
                Map.entry(Function.class, (Function<Object, Object>) any -> Mono.just(any)));
        return Objects.requireNonNull(samples.get(type), () -> "no argument of " + type);
    }

    private static Stream<Method> methods(Class<?> spi) {
        return Arrays.stream(spi.getMethods()).filter(method -> !method.isBridge());
    }

    private static String signature(Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(",", "(", ")"));
    }
}
