package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;

/** The table of outcomes, written down once more, by hand: a column for each signal, in the order of {@link Signal}. */
class OutcomeTableTest {

    /**
     * {@code =} as before, {@code N} not started, {@code R} rolled back, {@code C} committed, {@code ?} in doubt; with {@code !}
     * the connection must not be used again.
     */
    private static final String EXPECTED = """
            phase         DONE  ANSWERED_ROLLBACK  ERROR  FATAL  LOSS  UNSENT  TIMEOUT  CANCEL
            ACQUIRING     N     N                  N      N      N     N       N        N
            BEGINNING     R     N!                 N      N!     N!    N       N!       =
            ACTIVE        =     R!                 R      R!     R!    R       R        R
            COMMITTING    C     R                  R      ?!     ?!    R!      ?!       =
            ROLLING_BACK  =     =!                 =!     =!     =!    =!      =!       =
            DONE          =     =                  =      =      =     =       =        =
            """;

    private static Map<String, String> expected() {
        List<String> lines = EXPECTED.lines().toList();
        String[] signals = lines.get(0).split(" +", -1);
        Map<String, String> cells = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] row = line.split(" +", -1);
            for (int i = 1; i < row.length; i++) {
                cells.put(row[0] + " " + signals[i], row[i]);
            }
        }
        return cells;
    }

    private static String cell(OutcomeTable.Entry entry) {
        TransactionOutcome known = entry.known();
        String outcome = known == null
                ? "="
                : switch (known) {
                    case COMMITTED -> "C";
                    case ROLLED_BACK -> "R";
                    case NOT_STARTED -> "N";
                    case IN_DOUBT -> "?";
                };
        return outcome + (entry.connectionUncertain() ? "!" : "");
    }

    @Test
    void everyPhaseMustHaveARowForEverySignal() {
        Map<String, String> expected = expected();
        List<String> pairs = new ArrayList<>();
        for (LifePhase phase : LifePhase.values()) {
            for (Signal signal : Signal.values()) {
                String pair = phase + " " + signal;
                pairs.add(pair);
                assertThat(expected).as("a pair without a row").containsKey(pair);
                assertThat(cell(OutcomeTable.entry(phase, signal))).as(pair).isEqualTo(expected.get(pair));
            }
        }
        assertThat(expected.keySet()).as("rows without a pair").containsExactlyInAnyOrderElementsOf(pairs);
    }

    @Test
    void onlyAnUnansweredCommitMustLeaveATransactionInDoubt() {
        for (LifePhase phase : LifePhase.values()) {
            for (Signal signal : Signal.values()) {
                boolean unanswered = phase == LifePhase.COMMITTING
                        && (signal == Signal.FATAL || signal == Signal.LOSS || signal == Signal.TIMEOUT);
                assertThat(OutcomeTable.entry(phase, signal).known() == TransactionOutcome.IN_DOUBT)
                        .as(phase + " " + signal)
                        .isEqualTo(unanswered);
            }
        }
    }

    @Test
    void whatWasKnownMustStayKnown() {
        assertThat(OutcomeTable.entry(LifePhase.ROLLING_BACK, Signal.LOSS).after(TransactionOutcome.ROLLED_BACK))
                .isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(OutcomeTable.entry(LifePhase.COMMITTING, Signal.DONE).after(TransactionOutcome.ROLLED_BACK))
                .isEqualTo(TransactionOutcome.COMMITTED);
    }
}
