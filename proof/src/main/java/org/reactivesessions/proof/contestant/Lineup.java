package org.reactivesessions.proof.contestant;

import java.util.function.BiFunction;

/** All contestants. */
public enum Lineup {
    OURS((target, size) -> Ours.open(target, size, false)),
    USING_WHEN(UsingWhen::new),
    SPRING(Spring::new),
    JDBC(Jdbc::new);

    private final BiFunction<Target, Integer, Contestant> opening;

    Lineup(BiFunction<Target, Integer, Contestant> opening) {
        this.opening = opening;
    }

    /** Opens it, to be closed by the caller. */
    public Contestant open(Target target, int size) {
        return opening.apply(target, size);
    }
}
