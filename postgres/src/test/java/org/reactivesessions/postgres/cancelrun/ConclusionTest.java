package org.reactivesessions.postgres.cancelrun;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.reactivesessions.postgres.report.Page;

class ConclusionTest {

    private final Conclusion conclusion = new Conclusion(
            RunOptions.parse("--transactions", "4200"), new Page(new PrintStream(OutputStream.nullOutputStream())));

    @Test
    void aCleanRunWithACaughtMutantMustPass() {
        conclusion.ours(result(10, false, new Findings()));
        conclusion.mutant(Mutant.NO_GATE, 1, result(0, false, with(Check.HALF)));
        conclusion.mutant(Mutant.CONTROL, 1, result(0, false, new Findings()));

        assertThat(conclusion.conclude()).isTrue();
    }

    @Test
    void oneFailedCheckMustFailTheRun() {
        conclusion.ours(result(10, false, with(Check.LEAK_RECORDS)));

        assertThat(conclusion.conclude()).isFalse();
    }

    @Test
    void tooFewCancelsInAPhaseMustFailTheRun() {
        conclusion.ours(result(9, false, new Findings()));

        assertThat(conclusion.conclude()).isFalse();
    }

    @Test
    void aMutantThatSurvivesMustFailTheRun() {
        conclusion.mutant(Mutant.EARLY_RELEASE, 1, result(0, false, new Findings()));

        assertThat(conclusion.conclude()).isFalse();
    }

    @Test
    void aSymptomMustNotPassForDamage() {
        conclusion.mutant(Mutant.EARLY_RELEASE, 1, result(0, false, with(Check.DROPPED_SIGNALS)));

        assertThat(conclusion.conclude()).isFalse();
    }

    @Test
    void aControlThatIsNotCleanMustFailTheRun() {
        conclusion.mutant(Mutant.CONTROL, 1, result(0, false, with(Check.DROPPED_SIGNALS)));

        assertThat(conclusion.conclude()).isFalse();
    }

    @Test
    void aStandstillMustFailTheRun() {
        conclusion.mutant(Mutant.NO_GATE, 1, result(0, true, with(Check.STALLED)));

        assertThat(conclusion.conclude()).isFalse();
    }

    private static Findings with(Check failed) {
        Findings findings = new Findings();
        findings.add(failed, "planted");
        return findings;
    }

    private static PartResult result(long cancelsPerPhase, boolean stalled, Findings findings) {
        Map<CancelPhase, Long> cancels = new EnumMap<>(CancelPhase.class);
        for (CancelPhase phase : CancelPhase.values()) {
            cancels.put(phase, cancelsPerPhase);
        }
        return new PartResult("planted", 2_000, 0, 1_000, cancels, Map.of(), stalled, findings, Duration.ofSeconds(1));
    }
}
