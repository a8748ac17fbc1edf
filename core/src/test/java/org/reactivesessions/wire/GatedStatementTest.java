package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedStatement;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class GatedStatementTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final StatementGate gate = new StatementGate(WireExecutorTest.executor(database), crash -> {});
    private final GatedConnection connection =
            new GatedConnection(database.connection(0), gate, IsolationLevel.SERIALIZABLE);
    private final Statement statement = connection.createStatement("INSERT");

    private List<String> calls(int index) {
        return database.connection(0).statements().get(index).calls();
    }

    private static Flux<Long> updates(Statement statement) {
        return Flux.from(statement.execute()).concatMap(Result::getRowsUpdated);
    }

    @Test
    void everyStepMustReachTheDriversStatement() {
        Statement same = statement
                .fetchSize(10)
                .returnGeneratedValues("id", "at")
                .bind(0, 7)
                .bind("$2", "b")
                .add()
                .bindNull(0, Integer.class)
                .bindNull("$2", String.class);

        assertThat(same).isSameAs(statement);
        assertThat(calls(0))
                .containsExactly(
                        "fetchSize(10)",
                        "returnGeneratedValues(id, at)",
                        "bind(0, 7)",
                        "bind($2, b)",
                        "add()",
                        "bindNull(0, Integer)",
                        "bindNull($2, String)");
    }

    /** R2DBC specifies the type of the error. */
    @Test
    void aTextOrAColumnThatIsNullMustBeAnIllegalArgument() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> connection.createStatement(nothing()))
                .withMessage("sql must not be null");
        assertThatIllegalArgumentException().isThrownBy(() -> statement.returnGeneratedValues((String[]) nothing()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> statement.returnGeneratedValues("id", nothing()))
                .withMessageStartingWith("columns must not be null");

        assertThat(calls(0)).isEmpty();
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // What a caller without null checks can pass.
    private static <T> T nothing() {
        return null;
    }

    @Test
    void withoutParametersItMustBeSentWhenItIsExecuted() {
        database.hold("INSERT");
        Flux.from(statement.execute()).subscribe();

        assertThat(database.wire()).containsExactly("INSERT");
    }

    @Test
    void withParametersItMustBeSentWhenItsResultIsConsumed() {
        List<Result> results = new ArrayList<>();
        Flux.from(statement.bind(0, 7).add().bind(0, 8).execute()).subscribe(results::add);
        assertThat(database.wire()).isEmpty();

        StepVerifier.create(Flux.fromIterable(results).concatMap(Result::getRowsUpdated))
                .expectNext(1L, 1L)
                .verifyComplete();
        assertThat(database.wire()).containsExactly("INSERT [7]", "INSERT [8]");
    }

    @Test
    void anUnconsumedResultOfAParameterisedStatementMustNeverBeSent() {
        Flux.from(statement.bind(0, 7).execute()).subscribe();
        gate.close(gate::abandonOpen);

        assertThat(database.wire()).isEmpty();
    }

    @Test
    void aStreamMustBeCollectedBeforeTheStatementPassesTheGate() {
        Sinks.Many<CharSequence> text = Sinks.many().unicast().onBackpressureBuffer();
        List<Long> counts = new ArrayList<>();
        updates(statement.bind(0, Clob.from(text.asFlux()))).subscribe(counts::add);
        text.tryEmitNext("hello ");
        assertThat(gate.openStatement()).isNull();
        assertThat(database.wire()).isEmpty();

        text.tryEmitNext("world");
        text.tryEmitComplete();

        assertThat(database.wire()).containsExactly("INSERT [hello world]");
        assertThat(counts).containsExactly(1L);
    }

    @Test
    void aStreamThatEndsBehindTheEndOfTheScopeMustSendNothing() {
        Sinks.Many<CharSequence> text = Sinks.many().unicast().onBackpressureBuffer();
        List<Throwable> errors = new ArrayList<>();
        updates(statement.bind("$1", Clob.from(text.asFlux()))).subscribe(count -> {}, errors::add);
        gate.close(() -> {});
        text.tryEmitComplete();

        assertThat(errors).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(database.wire()).isEmpty();
    }

    @Test
    void aStatementWithAStreamMustBeMadeAgainStepByStep() {
        Blob blob = Blob.from(Flux.just(bytes("ab"), bytes(""), bytes("c")));
        statement.fetchSize(5).bind(0, 1).bind("$2", blob).add().bind(0, 2).bindNull("$2", ByteBuffer.class);

        StepVerifier.create(updates(statement)).expectNext(1L, 1L).verifyComplete();
        assertThat(calls(1))
                .containsExactly(
                        "fetchSize(5)",
                        "bind(0, 1)",
                        "bind($2, " + bytes("abc") + ")",
                        "add()",
                        "bind(0, 2)",
                        "bindNull($2, ByteBuffer)");
    }

    @Test
    void theDriverMustJudgeABindAtOnceAlsoForAStream() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> statement.bind(-1, Clob.from(Flux.just("text"))));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> statement.bind(-1, 7));
    }

    @Test
    void aStreamThatFailsMustFailTheStatementAndSendNothing() {
        StepVerifier.create(updates(statement.bind(0, Clob.from(Flux.error(new IllegalStateException("disk"))))))
                .verifyErrorMessage("disk");

        assertThat(database.wire()).isEmpty();
    }

    @Test
    void aCancelMustReachTheStream() {
        Sinks.Many<CharSequence> text = Sinks.many().multicast().directBestEffort();
        updates(statement.bind(0, Clob.from(text.asFlux()))).subscribe().dispose();

        assertThat(text.currentSubscriberCount()).isZero();
        assertThat(database.wire()).isEmpty();
    }

    @Test
    void aStreamInsideAParameterMustKeepItsType() {
        Parameter typed = Parameters.in(R2dbcType.NVARCHAR, Clob.from(Flux.just("a", "b")));
        statement.bind(0, typed);

        StepVerifier.create(updates(statement)).expectNext(1L).verifyComplete();
        assertThat(calls(1)).containsExactly("bind(0, " + Parameters.in(R2dbcType.NVARCHAR, "ab") + ")");
    }

    @Test
    void aParameterWithoutAStreamMustBeBoundAsItIs() {
        Parameter plain = Parameters.in(R2dbcType.INTEGER, 7);
        Parameter empty = Parameters.in(R2dbcType.INTEGER);
        statement.bind(0, plain).bind(1, empty);

        StepVerifier.create(updates(statement)).expectNext(1L).verifyComplete();
        assertThat(database.connection(0).statements()).hasSize(1);
        assertThat(calls(0)).containsExactly("bind(0, " + plain + ")", "bind(1, " + empty + ")");
    }

    @Test
    void itMustSayWhatItIs() {
        assertThat(statement).hasToString("GatedStatement[INSERT]");
    }

    @Test
    void aDialectMustSeeWhetherThereAreParameters() {
        List<String> seen = new ArrayList<>();
        class Dialects extends GatedStatement {
            Dialects() {
                super(gate, "INSERT", () -> database.connection(0).createStatement("INSERT"));
            }

            @Override
            protected GatedResult wrap(Result result, boolean parameterised) {
                seen.add(sql() + " " + parameterised + " " + gate().isClosed());
                return super.wrap(result, parameterised);
            }
        }

        updates(new Dialects()).blockLast();
        updates(new Dialects().bindNull(0, String.class)).blockLast();

        assertThat(seen).containsExactly("INSERT false false", "INSERT true false");
        assertThat(database.connection(0).statements()).allMatch(ScriptedStatement.class::isInstance);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
