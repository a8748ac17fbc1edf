package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedConnection;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class GatedConnectionTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final ScriptedDatabase database = ScriptedDatabase.on(Schedulers.immediate());
    private final StatementGate gate = new StatementGate(WireExecutorTest.executor(database), crash -> {});
    private final ScriptedConnection physical = database.connection(0);
    private final GatedConnection connection = new GatedConnection(physical, gate, IsolationLevel.SERIALIZABLE);

    @Test
    void stateMustBeAnsweredFromTheDefinition() {
        assertThat(connection.isAutoCommit()).isFalse();
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.SERIALIZABLE);
        assertThat(connection.getMetadata().getDatabaseProductName()).isEqualTo("Script");
    }

    @Test
    void withoutALevelInTheDefinitionTheDriverMustBeAsked() {
        TransactionDefinition silent = new TransactionDefinition() {
            @Override
            public <T> @Nullable T getAttribute(Option<T> option) {
                return null;
            }
        };

        assertThat(new GatedConnection(physical, gate, silent).getTransactionIsolationLevel())
                .isEqualTo(IsolationLevel.READ_COMMITTED);
    }

    @Test
    void switchingAutoCommitOffMustDoNothing() {
        StepVerifier.create(connection.setAutoCommit(false)).verifyComplete();
        gate.close(() -> {});
        StepVerifier.create(connection.setAutoCommit(false)).verifyError(IllegalStateException.class);

        assertThat(database.wire()).isEmpty();
    }

    @Test
    void switchingAutoCommitOnMustSayThatItWouldCommit() {
        StepVerifier.create(connection.setAutoCommit(true))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining("it would commit"));
    }

    @Test
    void aRefusalMustBeDecidedWhenItIsSubscribed() {
        Mono<Void> refusal = connection.close();
        gate.close(() -> {});

        StepVerifier.create(refusal).verifyError(IllegalStateException.class);
    }

    @Test
    void validationMustPassTheGate() {
        StepVerifier.create(connection.validate(ValidationDepth.REMOTE))
                .expectNext(true)
                .verifyComplete();
        assertThat(database.wire()).containsExactly("VALIDATE");
        gate.close(() -> {});
        StepVerifier.create(connection.validate(ValidationDepth.LOCAL)).verifyError(IllegalStateException.class);
    }

    @Test
    void transactionControlMustBeRefusedBeforeTheDriverSeesIt() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> connection.createStatement("SELECT 1; COMMIT"))
                .withMessageStartingWith("COMMIT is refused inside a scope, nothing was sent");
        assertThat(physical.statements()).isEmpty();
    }

    @Test
    void generatedValuesMustNotSmuggleTransactionControl() {
        Statement insert = connection.createStatement("INSERT INTO t VALUES (1)");

        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> insert.returnGeneratedValues("id", "name; COMMIT"))
                .withMessageStartingWith("COMMIT is refused");
        assertThat(physical.statements().get(0).calls()).isEmpty();
    }

    @Test
    void afterTheEndNothingMustBeMade() {
        gate.close(() -> {});

        assertThatIllegalStateException().isThrownBy(() -> connection.createStatement("SELECT 1"));
        assertThatIllegalStateException().isThrownBy(connection::createBatch);
        assertThatIllegalStateException().isThrownBy(connection::getMetadata);
        assertThatIllegalStateException().isThrownBy(connection::isAutoCommit);
        assertThatIllegalStateException().isThrownBy(connection::getTransactionIsolationLevel);
    }

    @Test
    void unwrapMustNeverReachTheDriversConnection() {
        assertThat(connection.unwrap()).isSameAs(connection);
        assertThat(connection.unwrap(Object.class)).isSameAs(connection);
        assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
        assertThat(connection.unwrap(Wrapped.class)).isSameAs(connection);
        assertThat(connection.unwrap(GatedConnection.class)).isSameAs(connection);
        assertThat(connection.unwrap(ScriptedConnection.class)).isNull();
        assertThat(connection.unwrap(String.class)).isNull();
    }

    @Test
    void unwrapMustAnswerTheDriversScheduler() {
        assertThat(connection.unwrap(Scheduler.class)).isSameAs(Schedulers.immediate());
    }

    @Test
    void unwrapMustAnswerNoSchedulerOfADriverThatWrapsNothing() {
        Connection bare = (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) ->
                        method.invoke(physical, Objects.requireNonNullElse(arguments, new Object[0])));

        assertThat(new GatedConnection(bare, gate, IsolationLevel.SERIALIZABLE).unwrap(Scheduler.class))
                .isNull();
        assertThat(WireExecutor.of(bare).isCurrent()).isFalse();
    }

    @Test
    void theDriverMustBeAskedOnTheExecutor() {
        AtomicReference<Boolean> current = new AtomicReference<>(false);
        WireExecutor executor = WireExecutorTest.executor(ScriptedDatabase.plain());
        StatementGate own = new StatementGate(executor, crash -> {});
        Connection watching = (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    current.set(executor.isCurrent());
                    return (Publisher<?>) Mono.just(true);
                });

        StepVerifier.create(new GatedConnection(watching, own, IsolationLevel.SERIALIZABLE)
                        .validate(ValidationDepth.REMOTE))
                .expectNext(true)
                .verifyComplete();

        assertThat(current).hasValue(true);
    }

    @Test
    void aDialectsFacadeMustReachTheGate() {
        class Dialects extends GatedConnection {
            Dialects() {
                super(physical, GatedConnectionTest.this.gate, IsolationLevel.SERIALIZABLE);
            }

            boolean isOver() {
                return gate().isClosed();
            }
        }

        assertThat(new Dialects().isOver()).isFalse();
        gate.close(() -> {});
        assertThat(new Dialects().isOver()).isTrue();
        assertThat(new Dialects()).hasToString("Dialects[ended]");
    }

    @Test
    void itMustSayWhetherItHasEnded() {
        assertThat(connection).hasToString("GatedConnection[open]");
        gate.close(() -> {});
        assertThat(connection).hasToString("GatedConnection[ended]");
    }
}
