package org.reactivesessions.benchmarks;

import java.util.Optional;

/** The scopes to count, as one contender's users write them, on one connection. */
interface CountedScopes extends AutoCloseable {

    String INSERT = "INSERT INTO note (account, balance) VALUES ($1, 1)";

    /**
     * Prepares a scope.
     *
     * @return runs it once and returns when it has ended; empty if this contender has no such scope
     */
    Optional<Runnable> of(CountedScope scope);

    /** Refuses a scope that a contender has in another way, or not at all. */
    static IllegalArgumentException notHere(CountedScope scope) {
        return new IllegalArgumentException(scope + " is not a scope of its own here");
    }

    @Override
    void close();

    /** Opens those of a contender. */
    static CountedScopes of(Entrant contender, Endpoint endpoint) {
        return switch (contender) {
            case OURS -> new OurScopes(endpoint, false);
            case OURS_UNGUARDED -> new OurScopes(endpoint, true);
            case BYHAND -> new Sequential(new UsingWhenScopes(endpoint));
            case SPRING -> new Sequential(new SpringScopes(endpoint));
            case VERTX -> new Sequential(new VertxScopes(endpoint));
            case JDBC, JDBC_VT -> new Sequential(new JdbcScopes(endpoint));
        };
    }
}
