package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;

/**
 * Where a life is. Immutable; a life moves from one to the next by compare-and-set of identities, so the reason of its end is visible to
 * whoever sees the end.
 *
 * @param phase where it is
 * @param decidedIn the phase in which its end was decided; the phase itself until then
 * @param failure what its subscriber will hear, or {@code null} for success, for cancel, and as long as nothing is decided
 * @param work what became of the function
 */
record LifeState(
        LifePhase phase, LifePhase decidedIn, @Nullable Throwable failure, Work work) {

    /** How far the function has got. */
    enum Work {
        NOT_CALLED,
        RUNNING,
        DONE
    }

    static final LifeState ACQUIRING = at(LifePhase.ACQUIRING, Work.NOT_CALLED);
    static final LifeState BEGINNING = at(LifePhase.BEGINNING, Work.NOT_CALLED);

    /** The function runs, and BEGIN is not answered. */
    static final LifeState EARLY = early(Work.RUNNING);

    /** The function has completed, and BEGIN is not answered. */
    static final LifeState EARLY_DONE = early(Work.DONE);

    static final LifeState ACTIVE = at(LifePhase.ACTIVE, Work.RUNNING);
    static final LifeState COMMITTING = at(LifePhase.COMMITTING, Work.DONE);

    private static LifeState at(LifePhase phase, Work work) {
        return new LifeState(phase, phase, null, work);
    }

    /** What is decided while the function runs counts as decided there. */
    private static LifeState early(Work work) {
        return new LifeState(LifePhase.BEGINNING, LifePhase.ACTIVE, null, work);
    }

    LifeState to(LifePhase next, @Nullable Throwable error) {
        return new LifeState(next, decidedIn, error, work);
    }

    /** Whether nothing has ended the function yet. */
    boolean isActive() {
        return work == Work.RUNNING && (phase == LifePhase.ACTIVE || phase == LifePhase.BEGINNING);
    }
}
