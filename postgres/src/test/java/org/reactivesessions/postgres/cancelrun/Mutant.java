package org.reactivesessions.postgres.cancelrun;

import java.util.function.Function;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.postgres.mutant.CancellableBegin;
import org.reactivesessions.postgres.mutant.EagerBegin;
import org.reactivesessions.postgres.mutant.EarlyRelease;
import org.reactivesessions.postgres.mutant.NoGate;

/** The planted errors, which the run has to catch, and one change that is none. Immutable. */
enum Mutant {
    NO_GATE("no gate"),
    CANCELLABLE_BEGIN("cancellable BEGIN"),
    EARLY_RELEASE("release before ROLLBACK's answer"),
    SKIPPED_ROLLBACK("BEGIN not awaited, ROLLBACK by the driver"),
    CONTROL("control: BEGIN not awaited, ROLLBACK as statement");

    private final String text;

    Mutant(String text) {
        this.text = text;
    }

    Contestant contestant(Connections connections, Function<String, Track> tracks) {
        return new Ours(connections, plantedIn(new PostgresDialect(), tracks), false, tracks);
    }

    private Dialect plantedIn(Dialect sound, Function<String, Track> tracks) {
        return switch (this) {
            case NO_GATE -> new NoGate(sound);
            case CANCELLABLE_BEGIN ->
                new CancellableBegin(sound, name -> tracks.apply(name).whenCancelled());
            case EARLY_RELEASE -> new EarlyRelease(sound);
            case SKIPPED_ROLLBACK -> EagerBegin.withDriverRollback(sound);
            case CONTROL -> EagerBegin.withStatementRollback(sound);
        };
    }

    /** Whether the run has to find something. */
    boolean isWrong() {
        return this != CONTROL;
    }

    @Override
    public String toString() {
        return text;
    }
}
