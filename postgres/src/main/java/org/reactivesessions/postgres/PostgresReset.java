package org.reactivesessions.postgres;

import io.r2dbc.spi.Connection;
import org.reactivesessions.dialect.SessionReset;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Takes away what a scope has left on its connection, in one message. Stateless.
 *
 * <p>Not by DISCARD ALL, which would drop the statements that the driver has prepared and believes to be there, so that the
 * first one of the next transaction failed. Statements prepared by SQL are looked for instead: they are rare, and somebody who
 * has left one has left a connection that is not used again.
 *
 * <p>What the next scope must not rely on is taken away first: whose rights there are, and where names are looked for.
 */
enum PostgresReset implements SessionReset {
    INSTANCE;

    static final String TEXT =
            "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; UNLISTEN *; CLOSE ALL; DISCARD TEMP;"
                    + " DISCARD SEQUENCES; SELECT EXISTS (SELECT FROM pg_catalog.pg_prepared_statements WHERE from_sql),"
                    + " pg_catalog.pg_advisory_unlock_all()";

    /** An error waits for the end of the message, because the driver signals it before it knows the status. */
    @Override
    public Publisher<Void> reset(Connection physical) {
        return Flux.defer(() -> physical.createStatement(TEXT)
                        .fetchSize(Script.EVERYTHING)
                        .execute())
                .concatMapDelayError(
                        result -> result.map((row, metadata) -> Boolean.TRUE.equals(row.get(0, Boolean.class))))
                .reduce(false, (one, other) -> one || other)
                .flatMap(left -> left
                        ? Mono.error(new IllegalStateException("a statement prepared by SQL was left behind"))
                        : Mono.empty());
    }
}
