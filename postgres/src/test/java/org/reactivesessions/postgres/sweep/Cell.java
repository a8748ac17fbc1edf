package org.reactivesessions.postgres.sweep;

import java.util.ArrayList;
import java.util.List;

/** One case of the sweep. */
record Cell(Step step, Kind kind, Moment moment) {

    enum Step {
        ACQUIRE,
        BEGIN,
        STATEMENT_1,
        STATEMENT_2,
        COMMIT,
        ROLLBACK,
        RELEASE;

        /** How the step's command looks on the wire, or an expression that matches nothing. */
        String onTheWire() {
            return switch (this) {
                case BEGIN -> "^BEGIN";
                case STATEMENT_1 -> "^INSERT.*'first'";
                case STATEMENT_2 -> "^INSERT.*'second'";
                case COMMIT -> "^COMMIT";
                case ROLLBACK -> "^ROLLBACK";
                case ACQUIRE, RELEASE -> "(?!)";
            };
        }

        /** Whether the function of the transaction fails by itself, so that there is a ROLLBACK to cancel. */
        boolean failsByItself() {
            return this == ROLLBACK;
        }

        /** Whether a cancel at this step comes too late to change anything. */
        boolean isBeyondCancel() {
            return this == COMMIT || this == RELEASE;
        }
    }

    enum Kind {
        MONO,
        FLUX
    }

    enum Moment {
        BEFORE,
        DURING,
        AFTER
    }

    static List<Cell> all() {
        List<Cell> cells = new ArrayList<>();
        for (Step step : Step.values()) {
            for (Kind kind : Kind.values()) {
                for (Moment moment : Moment.values()) {
                    cells.add(new Cell(step, kind, moment));
                }
            }
        }
        return cells;
    }

    boolean is(Step otherStep, Moment otherMoment) {
        return step == otherStep && moment == otherMoment;
    }

    /** Whether both rows must be there afterwards; otherwise none may be. */
    boolean mustCommit() {
        return step.isBeyondCancel();
    }
}
