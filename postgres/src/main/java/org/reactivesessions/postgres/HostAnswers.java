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
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.Reason;

/** Why none of the hosts will do, one after the other. Used by one thread at a time. */
final class HostAnswers {

    /** The SQLSTATE of a client that could not connect. */
    private static final String UNABLE_TO_CONNECT = "08001";

    /** The class of SQLSTATEs of a server that has no room. */
    private static final String INSUFFICIENT_RESOURCES = "53";

    private static final PostgresDialect DIALECT = new PostgresDialect();

    private final List<String> said = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private boolean away;
    private boolean refused;
    /** The SQLSTATE of the first that had one: a server that was not trusted has none. */
    private @Nullable String refusal;

    private @Nullable String full;
    private boolean other;

    void standby(Endpoint host) {
        said.add(host + " is a standby, but target is primary");
        away = true;
    }

    void silent(Endpoint host, Duration limit) {
        said.add(host + " did not answer within " + limit.toMillis() + " ms, which was its share of the time");
        away = true;
    }

    /**
     * It could not be used.
     *
     * @return whether it may be left alone for a while, because nobody answers there
     */
    boolean failed(Endpoint host, Throwable error) {
        said.add(host + reason(error));
        errors.add(error);
        String state = error instanceof R2dbcException known ? known.getSqlState() : null;
        switch (DIALECT.classify(LifePhase.ACQUIRING, error)) {
            case REFUSAL -> {
                refused = true;
                refusal = refusal == null ? state : refusal;
            }
            case OUTAGE -> {
                if (state != null && state.startsWith(INSUFFICIENT_RESOURCES)) {
                    full = state;
                    return false;
                }
                away = true;
                return true;
            }
            default -> other = true;
        }
        return false;
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

    /** An outage, unless everybody has refused whoever wants to log in. */
    R2dbcException toError() {
        String message = String.join("; ", said);
        R2dbcException error = full != null
                ? new R2dbcTransientResourceException(message, full)
                : away
                        ? new R2dbcTransientResourceException(message, UNABLE_TO_CONNECT)
                        : refused && !other
                                ? refusal == null
                                        ? new ServerNotTrustedException(message)
                                        : new R2dbcPermissionDeniedException(message, refusal)
                                : new R2dbcNonTransientResourceException(message);
        errors.forEach(error::addSuppressed);
        return error;
    }
}
