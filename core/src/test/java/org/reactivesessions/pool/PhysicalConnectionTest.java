package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Lifecycle;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class PhysicalConnectionTest {

    private final List<String> heard = new ArrayList<>();
    private Supplier<Publisher<?>> answer = Mono::empty;
    private final PhysicalConnection connection = new PhysicalConnection(
            (Connection) Proxy.newProxyInstance(
                    Connection.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> answer(method, arguments)),
            false,
            null,
            (closed, close) -> close,
            System.nanoTime(),
            Duration.ofMinutes(30),
            System::nanoTime);

    private @Nullable Object answer(Method method, Object @Nullable [] arguments) {
        heard.add(method.getName() + Arrays.toString(Objects.requireNonNullElse(arguments, new Object[0])));
        if (method.getReturnType() == Publisher.class) {
            return answer.get();
        }
        if (method.getReturnType() == boolean.class) {
            return true;
        }
        return method.getReturnType() == IsolationLevel.class ? IsolationLevel.SERIALIZABLE : null;
    }

    static Stream<Method> methods() {
        return Arrays.stream(Connection.class.getMethods());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyMethodMustReachTheDriverWithItsArguments(Method method) throws Exception {
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(PhysicalConnectionTest::argument)
                .toArray();
        heard.clear();
        Object answered = PhysicalConnection.class
                .getMethod(method.getName(), method.getParameterTypes())
                .invoke(connection, arguments);
        if (answered instanceof Publisher<?> publisher) {
            Flux.from(publisher).blockLast();
        }

        assertThat(heard).containsExactly(method.getName() + Arrays.toString(arguments));
    }

    private static Object argument(Class<?> type) {
        Map<Class<?>, Object> samples = Map.of(
                String.class,
                "name",
                boolean.class,
                true,
                Duration.class,
                Duration.ofSeconds(1),
                ValidationDepth.class,
                ValidationDepth.REMOTE,
                IsolationLevel.class,
                IsolationLevel.READ_COMMITTED,
                TransactionDefinition.class,
                IsolationLevel.READ_COMMITTED);
        return Objects.requireNonNull(samples.get(type), () -> "no argument of " + type);
    }

    @Test
    void theIsolationLevelMustBeReadWhenTheConnectionIsNew() {
        assertThat(heard).containsExactly("getTransactionIsolationLevel[]");
        assertThat(connection.defaultIsolation()).isEqualTo(IsolationLevel.SERIALIZABLE);
    }

    /** r2dbc-pool would hop to the event loop, or call hooks, at every acquisition. */
    @Test
    void thePoolMustSeeAPlainConnection() {
        assertThat(connection).isNotInstanceOf(Wrapped.class).isNotInstanceOf(Lifecycle.class);
    }

    @Test
    void aLocalValidationMustTellWhetherItIsOpen() {
        assertOpen(true, () -> Mono.just(true));
        assertOpen(false, () -> Mono.just(false));
        assertOpen(true, () -> Mono.fromSupplier(() -> true));
        assertOpen(false, () -> Mono.fromSupplier(() -> false));
        assertOpen(true, () -> Flux.just(true).hide());
        assertOpen(false, () -> Flux.just(false).hide());
    }

    @Test
    void aLocalValidationThatFailsMustCountAsClosed() {
        assertOpen(false, Mono::empty);
        assertOpen(false, () -> Mono.error(new IllegalStateException("driver")));
        assertOpen(
                false,
                () -> Mono.fromCallable(() -> {
                    throw new IllegalStateException("driver");
                }));
        assertOpen(false, () -> Flux.error(new IllegalStateException("driver")).hide());
        assertOpen(false, () -> {
            throw new IllegalStateException("driver");
        });
    }

    @Test
    void aLocalValidationThatIsNotAnsweredAtOnceMustCountAsOpen() {
        assertOpen(true, Mono::never);
    }

    private void assertOpen(boolean expected, Supplier<Publisher<?>> validation) {
        answer = validation;
        assertThat(connection.isOpen()).isEqualTo(expected);
    }

    @Test
    void aCondemnedConnectionMustCountAsClosedWhateverTheDriverSays() {
        answer = () -> Mono.just(true);
        connection.condemn();

        assertThat(connection.isOpen()).isFalse();
        StepVerifier.create(connection.validate(ValidationDepth.LOCAL)).verifyError(IOException.class);
    }

    @Test
    void whatItMakesMustBeTheDrivers() {
        ScriptedDatabase database = ScriptedDatabase.plain();
        database.create().subscribe();
        PhysicalConnection scripted = new PhysicalConnection(
                database.connection(0),
                false,
                null,
                (closed, close) -> close,
                System.nanoTime(),
                Duration.ofMinutes(30),
                System::nanoTime);
        Statement statement = scripted.createStatement("SELECT 1");
        Batch batch = scripted.createBatch();
        ConnectionMetadata metadata = scripted.getMetadata();

        assertThat(statement).isSameAs(database.connection(0).statements().get(0));
        assertThat(batch).isNotNull();
        assertThat(metadata.getDatabaseProductName()).isEqualTo("Script");
        assertThat(scripted.driver()).isSameAs(database.connection(0));
        assertThat(scripted.executor().isCurrent()).isFalse();
    }
}
