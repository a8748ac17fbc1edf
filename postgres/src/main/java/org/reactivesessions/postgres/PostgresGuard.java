package org.reactivesessions.postgres;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.TransactionDefinition;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.reactivesessions.dialect.WriteGuard;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@code default_transaction_read_only}, on for every physical connection from its start-up message on: a statement outside
 * a transaction is one of its own then, and read-only. As a start-up parameter it beats the settings of role and database,
 * and {@code RESET ALL} and {@code DISCARD ALL} restore it.
 *
 * <p>It refuses writes to tables, sequences, large objects and catalogs. It does not refuse session-level advisory locks,
 * NOTIFY, LISTEN, SET, writes to temporary tables that exist, maintenance commands, and what other servers are asked to do.
 *
 * <p>Immutable and thread-safe.
 *
 * @param overlaps whether a connection may be used before the COMMIT of its last scope is answered
 */
record PostgresGuard(boolean overlaps) implements WriteGuard {

    /**
     * What belongs into the start-up message. With a serializable and deferrable default every read outside a transaction
     * would wait for a safe snapshot, so that is switched off as well.
     */
    static final Map<String, String> STARTUP_PARAMETERS =
            Map.of("default_transaction_read_only", "on", "default_transaction_deferrable", "off");

    private static final String OPENED_WITH_IT =
            "SELECT setting OPERATOR(pg_catalog.=) 'on' AND source OPERATOR(pg_catalog.=) 'client'"
                    + " FROM pg_catalog.pg_settings WHERE name OPERATOR(pg_catalog.=) 'default_transaction_read_only'";

    private static final String LOOK = "SHOW default_transaction_read_only";

    /** In a transaction that began with this message the two are the same; in one that goes on they are not. */
    private static final String FRESH =
            "SELECT pg_catalog.transaction_timestamp() OPERATOR(pg_catalog.=) pg_catalog.statement_timestamp()";

    /** Where it comes from matters: what a configuration file or a role says can change while the connection is open. */
    @Override
    public Publisher<Boolean> isUp(Connection physical) {
        return answer(physical, OPENED_WITH_IT, row -> Boolean.TRUE.equals(row.get(0, Boolean.class)));
    }

    /** SHOW takes no snapshot, so the first one is still the function's first statement's. */
    @Override
    public Publisher<Boolean> beginAndLook(Connection physical, TransactionDefinition definition) {
        return answer(physical, BeginMessage.text(physical, definition) + "; " + LOOK, PostgresGuard::isOn);
    }

    /**
     * As a statement, because the driver skips {@code beginTransaction} while it takes the connection for being inside a
     * transaction. Above READ COMMITTED the question would take the snapshot; there it rests on a plain COMMIT always ending
     * its transaction, with whatever tag.
     */
    @Override
    public Publisher<Boolean> beginBehindCommit(Connection physical, TransactionDefinition definition) {
        String begin = BeginMessage.text(physical, definition);
        return definition.getAttribute(TransactionDefinition.ISOLATION_LEVEL) == IsolationLevel.READ_COMMITTED
                ? answer(physical, begin + "; " + FRESH, row -> Boolean.TRUE.equals(row.get(0, Boolean.class)))
                : Mono.fromDirect(Script.run(physical, begin)).thenReturn(true);
    }

    @Override
    public Publisher<Void> lower(Connection physical) {
        return Script.run(physical, "SET default_transaction_read_only = off");
    }

    @Override
    public Publisher<Void> raise(Connection physical) {
        return Script.run(physical, "RESET default_transaction_read_only");
    }

    private static boolean isOn(Row row) {
        return "on".equals(row.get(0, String.class));
    }

    /** An error waits for the end of the message, because the driver signals it before it knows the status. */
    private static Mono<Boolean> answer(Connection physical, String sql, Function<Row, Boolean> reading) {
        return Flux.defer(() -> physical.createStatement(sql)
                        .fetchSize(Script.EVERYTHING)
                        .execute())
                .concatMapDelayError(
                        result -> result.map((row, metadata) -> Objects.requireNonNull(reading.apply(row))))
                .reduce((first, last) -> last);
    }
}
