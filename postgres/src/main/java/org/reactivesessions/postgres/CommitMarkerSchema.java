package org.reactivesessions.postgres;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.IsolationLevel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;

/**
 * What commit markers and operations that are to be applied once need in the database: the schema {@code reactive_sessions}
 * with two tables, which nobody but their owner may read or write, and the functions by which everybody uses them.
 *
 * <p>It can be applied again at any time, also under load and by several processes at once; a later version adds to it and
 * keeps what is there. The role needs CREATE on the database, or has to own the schema. It becomes the owner of the functions,
 * which run with its rights, so it should be the one that migrations run as.
 *
 * <p>Stateless and thread-safe.
 *
 * @since 0.1
 */
public final class CommitMarkerSchema {

    private static final String DDL = read("commit_marker.sql");

    private static final TransactionOptions INSTALL = TransactionOptions.defaults()
            .named("commit marker schema")
            .isolation(IsolationLevel.READ_COMMITTED)
            .setting("client_min_messages", "warning"); // not what is there already

    private CommitMarkerSchema() {}

    /**
     * Returns the DDL, for a migration of your own.
     *
     * @return several commands, in ASCII, without transaction control and parameters; best run as one transaction
     */
    public static String ddl() {
        return DDL;
    }

    /**
     * Applies the DDL in one transaction.
     *
     * @param sessions those of a role that may do it
     * @return a cold mono that completes when it is durable; others that apply it meanwhile wait for it
     */
    public static Mono<Void> install(ReactiveSessions sessions) {
        return sessions.withTransaction(INSTALL, session -> session.sql(DDL).execute());
    }

    /**
     * Applies the DDL in one transaction, on a connection that is opened for it.
     *
     * @param migration opens a connection as a role that may do it, directly and not through a pool
     * @return a cold mono that completes when it is durable and the connection was closed
     */
    public static Mono<Void> install(ConnectionFactory migration) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> ReactiveSessions.builder(migration)
                        .dialect(new PostgresDialect())
                        .pool(PoolOptions.defaults().maxSize(1))
                        .build()),
                CommitMarkerSchema::install,
                ReactiveSessions::close);
    }

    private static String read(String resource) {
        try (InputStream bytes = CommitMarkerSchema.class.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(bytes, resource).readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
