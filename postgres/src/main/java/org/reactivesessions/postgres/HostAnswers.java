package org.reactivesessions.postgres;

import io.netty.channel.ConnectTimeoutException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.Reason;

/**
 * Why none of the hosts will do, one after the other, and what follows from it. Used by one thread at a time.
 *
 * <p>Everything is said; what it is taken for is the first of these that was heard:
 *
 * <ol>
 *   <li>the user's name, password or database is wrong: it is the same on all hosts of a cluster, and trying again locks accounts;
 *   <li>a host that may be the one that is wanted has no room: the database answers, and waiting helps;
 *   <li>a host does not answer: waiting helps;
 *   <li>a host lets this client in under no circumstances, or is not the one it should be;
 *   <li>all are standbys: waiting helps, for a failover.
 * </ol>
 */
final class HostAnswers {

    /** The SQLSTATE of a client that could not connect. */
    private static final String UNABLE_TO_CONNECT = "08001";

    /** The class of SQLSTATEs of a server that has no room. */
    private static final String INSUFFICIENT_RESOURCES = "53";

    /** What standbys have from their primary: passwords, and which databases there are. */
    private static final Set<String> WRONG_EVERYWHERE = Set.of("28P01", "3D000");

    private static final PostgresDialect DIALECT = new PostgresDialect();

    private final List<String> said = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private boolean standby;
    private boolean away;
    private boolean refused;
    /** The SQLSTATE of the first that had one: a server that was not trusted has none. */
    private @Nullable String refusal;

    private @Nullable String wrong;
    private @Nullable String full;
    private boolean other;

    void standby(Endpoint host) {
        said.add(host + " is a standby, but target is primary");
        standby = true;
    }

    void silent(Endpoint host, Duration limit) {
        said.add(host + " did not answer within " + limit.toMillis() + " ms, which was its share of the time");
        away = true;
    }

    /**
     * It could not be used.
     *
     * @param wanted whether it may be the one that is wanted, as far as anybody knows
     * @return whether it may be left alone for a while, because nobody answers there
     */
    boolean failed(Endpoint host, Throwable error, boolean wanted) {
        said.add(host + reason(error));
        errors.add(error);
        String state = error instanceof R2dbcException known ? known.getSqlState() : null;
        switch (DIALECT.classify(LifePhase.ACQUIRING, error)) {
            case REFUSAL -> refused(state);
            case OUTAGE -> {
                if (state == null || !state.startsWith(INSUFFICIENT_RESOURCES)) {
                    away = true;
                    return true;
                }
                if (wanted) {
                    full = state;
                } else {
                    standby = true; // which would not do if it had room
                }
            }
            default -> other = true;
        }
        return false;
    }

    private void refused(@Nullable String state) {
        refused = true;
        refusal = refusal == null ? state : refusal;
        if (state != null && WRONG_EVERYWHERE.contains(state)) {
            wrong = state;
        }
    }

    private static String reason(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        if (root instanceof ConnectTimeoutException) {
            return " did not answer";
        }
        if (root instanceof ConnectException) {
            return " refused the connection";
        }
        return root instanceof UnknownHostException ? " is not known" : ": " + Reason.of(error);
    }

    /** The one error for all. */
    R2dbcException toError() {
        R2dbcException error = error(String.join("; ", said));
        errors.forEach(error::addSuppressed);
        return error;
    }

    private R2dbcException error(String message) {
        if (wrong != null) {
            return new R2dbcPermissionDeniedException(message, wrong);
        }
        if (full != null) {
            return new R2dbcTransientResourceException(message, full);
        }
        if (away) {
            return new R2dbcTransientResourceException(message, UNABLE_TO_CONNECT);
        }
        if (refused && !other) {
            return refusal == null
                    ? new ServerNotTrustedException(message)
                    : new R2dbcPermissionDeniedException(message, refusal);
        }
        return standby
                ? new R2dbcTransientResourceException(message, UNABLE_TO_CONNECT)
                : new R2dbcNonTransientResourceException(message);
    }
}
