package org.reactivesessions.benchmarks;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Who takes part, by the name on the command line and in reports. */
enum Entrant {
    /** This library. */
    OURS("ours"),
    /** This library, which may write outside transactions and so sends nothing before BEGIN is answered. */
    OURS_UNGUARDED("ours-unguarded"),
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

    /** Opens its pool, for plain transactions. */
    Contender open(Endpoint endpoint) {
        return open(endpoint, Terms.PLAIN);
    }

    /** Opens its pool, for transactions that are told something. */
    Contender open(Endpoint endpoint, Terms terms) {
        return switch (this) {
            case OURS -> new Ours(endpoint, terms);
            case OURS_UNGUARDED -> Ours.unguarded(endpoint, terms);
            case BYHAND -> new ByHand(endpoint, terms);
            case SPRING -> new Spring(endpoint, terms);
            case VERTX -> new VertxClient(endpoint, terms);
            case JDBC -> new Jdbc(endpoint, terms, Executors::newFixedThreadPool);
            case JDBC_VT -> new Jdbc(endpoint, terms, callers -> VirtualThreads.executor());
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
