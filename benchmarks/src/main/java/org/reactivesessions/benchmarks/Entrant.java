package org.reactivesessions.benchmarks;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Who takes part, by the name on the command line and in reports. */
enum Entrant {
    /** This library. */
    OURS("ours"),
    /** {@code Mono.usingWhen}. */
    BYHAND("byhand"),
    /** {@code TransactionalOperator} and {@code DatabaseClient}. */
    SPRING("spring"),
    /** {@code Pool.withTransaction} of the Vert.x client. */
    VERTX("vertx"),
    /** JDBC on platform threads. */
    JDBC("jdbc"),
    /** JDBC on virtual threads. */
    JDBC_VT("jdbc-vt");

    private final String text;

    Entrant(String text) {
        this.text = text;
    }

    /**
     * Finds one by its name.
     *
     * @throws IllegalArgumentException if nobody has that name
     */
    static Entrant named(String name) {
        return Arrays.stream(values())
                .filter(entrant -> entrant.text.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " is no contender; choose from "
                        + Arrays.stream(values()).map(Entrant::toString).collect(Collectors.joining(", "))));
    }

    /** Why it cannot take part on this JVM; empty if it can. */
    Optional<String> obstacle() {
        return this == JDBC_VT ? VirtualThreads.missing() : Optional.empty();
    }

    /** Opens its pool. */
    Contender open(Endpoint endpoint) {
        return switch (this) {
            case OURS -> new Ours(endpoint);
            case BYHAND -> new ByHand(endpoint);
            case SPRING -> new Spring(endpoint);
            case VERTX -> new VertxClient(endpoint);
            case JDBC -> new Jdbc(endpoint, Executors::newFixedThreadPool);
            case JDBC_VT -> new Jdbc(endpoint, callers -> VirtualThreads.executor());
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
