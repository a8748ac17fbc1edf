package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;

/**
 * Where a life is. Immutable; a life moves from one to the next by compare-and-set, so the reason of its end is visible to
 * whoever sees the end.
 *
 * @param phase where it is
 * @param decidedIn the phase in which its end was decided; the phase itself until then
 * @param failure what its subscriber will hear, or {@code null} for success, for cancel, and as long as nothing is decided
 */
record LifeState(
        LifePhase phase, LifePhase decidedIn, @Nullable Throwable failure) {

    static final LifeState ACQUIRING = at(LifePhase.ACQUIRING);
    static final LifeState BEGINNING = at(LifePhase.BEGINNING);
    static final LifeState ACTIVE = at(LifePhase.ACTIVE);
    static final LifeState COMMITTING = at(LifePhase.COMMITTING);

    private static LifeState at(LifePhase phase) {
        return new LifeState(phase, phase, null);
    }

    LifeState to(LifePhase next, @Nullable Throwable error) {
        return new LifeState(next, decidedIn, error);
    }
}
