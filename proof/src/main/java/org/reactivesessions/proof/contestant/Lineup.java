package org.reactivesessions.proof.contestant;

/** All contestants. */
public enum Lineup {
    OURS,
    USING_WHEN,
    SPRING,
    JDBC;

    /** Opens it, to be closed by the caller. */
    public Contestant open(Target target, int size) {
        return switch (this) {
            case OURS -> Ours.open(target, size, false);
            case USING_WHEN -> new UsingWhen(target, size);
            case SPRING -> new Spring(target, size);
            case JDBC -> new Jdbc(target, size);
        };
    }
}
