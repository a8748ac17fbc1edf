package org.reactivesessions.testkit.lint;

import java.util.Set;

/**
 * Kinds of types that rules speak of. Each has a type that all others extend, and names that are known to, for where the
 * classes of a library are not at hand.
 */
enum Kind {
    CONNECTION(
            "io/r2dbc/spi/Connection",
            "io/r2dbc/postgresql/api/PostgresqlConnection",
            "io/r2dbc/h2/H2Connection",
            "io/r2dbc/mssql/MssqlConnection",
            "org/mariadb/r2dbc/api/MariadbConnection",
            "io/asyncer/r2dbc/mysql/api/MySqlConnection"),
    CONNECTION_FACTORY(
            "io/r2dbc/spi/ConnectionFactory",
            "io/r2dbc/pool/ConnectionPool",
            "io/r2dbc/postgresql/PostgresqlConnectionFactory",
            "io/r2dbc/h2/H2ConnectionFactory",
            "io/r2dbc/h2/CloseableConnectionFactory",
            "io/r2dbc/mssql/MssqlConnectionFactory",
            "org/mariadb/r2dbc/MariadbConnectionFactory",
            "io/asyncer/r2dbc/mysql/MySqlConnectionFactory"),
    PUBLISHER(
            "org/reactivestreams/Publisher",
            "reactor/core/CorePublisher",
            "reactor/core/publisher/Mono",
            "reactor/core/publisher/Flux",
            "reactor/core/publisher/ParallelFlux",
            "reactor/core/publisher/ConnectableFlux",
            "reactor/core/publisher/GroupedFlux",
            "reactor/core/publisher/MonoProcessor"),
    FUTURE("java/util/concurrent/Future", "java/util/concurrent/CompletableFuture");

    private final String root;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of makes one that cannot be changed
    private final Set<String> known;

    Kind(String root, String... known) {
        this.root = root;
        this.known = Set.of(known);
    }

    /** Whether a type is known to be of this kind by its name alone. */
    boolean names(String type) {
        return type.equals(root) || known.contains(type);
    }
}
