package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class StatementGateTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final WireExecutor executor = WireExecutorTest.executor(ScriptedDatabase.plain());
    private final StatementGate gate = new StatementGate(executor, crash -> {});
    private final List<String> wire = new ArrayList<>();

    private Flux<String> sending(String what) {
        return gate.flux(what, Flux.defer(() -> {
            wire.add(what);
            return Flux.empty();
        }));
    }

    @Test
    void anOpenGateMustSend() {
        StepVerifier.create(sending("INSERT")).verifyComplete();

        assertThat(wire).containsExactly("INSERT");
        assertThat(gate.isClosed()).isFalse();
        gate.requireOpen();
    }

    @Test
    void aClosedGateMustRefuseAndSendNothing() {
        gate.close(() -> wire.add("ROLLBACK"));

        StepVerifier.create(sending("INSERT"))
                .verifyErrorSatisfies(refusal -> assertThat(refusal)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("scope of this session has ended, nothing was sent"));
        StepVerifier.create(gate.mono("VALIDATE", Mono.just(1))).verifyError(IllegalStateException.class);
        assertThatIllegalStateException().isThrownBy(gate::requireOpen);
        assertThat(wire).containsExactly("ROLLBACK");
        assertThat(gate.isClosed()).isTrue();
    }

    @Test
    void aGateThatClosesBetweenAssemblyAndSubscriptionMustRefuse() {
        Flux<String> assembled = sending("INSERT");
        gate.close(() -> {});

        StepVerifier.create(assembled).verifyError(IllegalStateException.class);
        assertThat(wire).isEmpty();
    }

    @Test
    void whatWasSubscribedBeforeTheCloseMustBeSentBeforeItsContinuation() {
        executor.execute(() -> {
            sending("INSERT").subscribe();
            gate.close(() -> wire.add("ROLLBACK"));
            sending("UPDATE").subscribe(nothing -> {}, refused -> {});
        });

        assertThat(wire).containsExactly("INSERT", "ROLLBACK");
    }

    @Test
    void anOpenStatementMustBeNamedUntilItEnds() {
        Sinks.Empty<String> answer = Sinks.empty();
        gate.mono("SELECT 1", answer.asMono()).subscribe();
        assertThat(gate.openStatement()).isEqualTo("SELECT 1");

        answer.tryEmitEmpty();

        assertThat(gate.openStatement()).isNull();
    }

    @Test
    void whatIsOpenMustBeCancelledOnce() {
        List<Probe> probes = List.of(new Probe(), new Probe(), new Probe());
        probes.forEach(probe -> gate.flux("SELECT 1", probe).subscribe());
        probes.get(0).subscriber().onComplete();

        executor.execute(gate::abandonOpen);
        executor.execute(gate::abandonOpen);

        assertThat(probes.get(0).heard()).doesNotContain("cancel");
        assertThat(probes.get(1).heard()).containsOnlyOnce("cancel");
        assertThat(probes.get(2).heard()).containsOnlyOnce("cancel");
        assertThat(gate.openStatement()).isNull();
    }

    @Test
    void oneStatementThatCannotBeCancelledMustNotKeepTheOthersOpen() {
        List<Probe> probes = List.of(new Probe(), new Probe());
        gate.flux("SELECT 1", new Probe()).subscribe();
        gate.flux("SELECT 2", Flux.never().doOnCancel(() -> wire.add("cancelled")))
                .subscribe();
        probes.forEach(probe -> gate.flux("SELECT 3", probe).subscribe());
        gate.flux("SELECT 4", new Stubborn()).subscribe();

        executor.execute(() -> {
            gate.abandonOpen();
            wire.add("ROLLBACK");
        });

        assertThat(wire).containsExactly("cancelled", "ROLLBACK");
        assertThat(probes).allMatch(probe -> probe.heard().contains("cancel"));
        assertThat(gate.isDoubtful()).isTrue();
    }

    @Test
    void oneLeftoverThatCannotBeDrainedMustNotStopTheOthers() {
        for (int i = 0; i < 3; i++) {
            gate.remember(() -> wire.add("drained"));
            gate.remember(() -> {
                throw new IllegalStateException("the driver cannot drain");
            });
        }

        gate.abandonOpen();

        assertThat(wire).containsExactly("drained", "drained", "drained");
        assertThat(gate.isDoubtful()).isTrue();
    }

    @Test
    void aLeftoverMustRunUnlessItIsForgotten() {
        Runnable forgotten = () -> wire.add("forgotten");
        gate.remember(forgotten);
        gate.remember(() -> wire.add("drained"));
        gate.forget(forgotten);

        gate.abandonOpen();
        gate.abandonOpen();

        assertThat(wire).containsExactly("drained");
    }

    @Test
    void theFirstErrorOfTheDatabaseMustBeKept() {
        fail(new IllegalArgumentException("ours"));
        fail(new R2dbcTransientResourceException("without a state"));
        assertThat(gate.firstError()).isNull();

        R2dbcBadGrammarException first = new R2dbcBadGrammarException("first", "42601");
        fail(first);
        fail(new R2dbcBadGrammarException("second", "42P01"));

        assertThat(gate.firstError()).isSameAs(first);
    }

    @Test
    void anErrorAfterACancelMustBeKeptToo() {
        Probe probe = new Probe();
        gate.flux("SELECT 1", probe).subscribe().dispose();
        probe.subscriber().onError(new R2dbcBadGrammarException("late", "42601"));

        assertThat(gate.firstError()).hasMessage("late");
    }

    private void fail(Throwable error) {
        StepVerifier.create(gate.flux("SELECT 1", Flux.error(error))).verifyErrorMatches(error::equals);
    }

    @Test
    void doubtMustStay() {
        assertThat(gate.isDoubtful()).isFalse();
        gate.doubt();
        assertThat(gate.isDoubtful()).isTrue();
    }
}
