package org.reactivesessions.postgres;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import org.reactivesessions.dialect.CommitMarker;
import org.reactivestreams.Publisher;

/**
 * Commit markers in the schema {@code reactive_sessions}, see {@link CommitMarkerSchema}. All of them are calls of functions
 * with literals, in texts without an operator or a cast that a search path could give another meaning. Immutable and
 * thread-safe.
 */
final class PostgresCommitMarker implements CommitMarker {

    /** Longer than any transaction, and short enough for the timestamps of the server. */
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private static final String IF_SOMETHING_WAS_WRITTEN =
            " WHERE pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL";

    private final InstantSource clock;
    private final MarkerTokens tokens;

    PostgresCommitMarker() {
        this(InstantSource.system());
    }

    /** @param clock the wall clock of this process */
    PostgresCommitMarker(InstantSource clock) {
        this.clock = clock;
        this.tokens = new MarkerTokens(clock);
    }

    @Override
    public String readiness() {
        return MarkerReadiness.query(clock.millis());
    }

    @Override
    public UUID token() {
        return tokens.next();
    }

    /**
     * As a message of its own: in one with COMMIT, a marker that is refused would leave the failed transaction open, because the
     * server skips the rest of a message behind an error.
     */
    @Override
    public Publisher<Void> mark(Connection physical, UUID token, Duration within, boolean always) {
        return Script.run(physical, text(token, within) + (always ? "" : IF_SOMETHING_WAS_WRITTEN));
    }

    private static String text(UUID token, Duration within) {
        Duration limit = within.compareTo(FOR_EVER) < 0 ? within : FOR_EVER;
        return "SELECT reactive_sessions.mark('" + token + "', " + limit.toMillis() + ")";
    }

    @Override
    public String refusal(Throwable error) {
        return MarkerRefusal.explain(error);
    }

    @Override
    public String resolution(UUID token) {
        return "SELECT reactive_sessions.resolve('" + token + "')";
    }

    @Override
    public String purge() {
        return "SELECT reactive_sessions.purge()";
    }

    @Override
    public String claim() {
        return "SELECT reactive_sessions.claim($1)";
    }
}
