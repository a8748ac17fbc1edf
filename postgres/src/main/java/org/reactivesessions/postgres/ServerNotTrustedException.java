package org.reactivesessions.postgres;

import io.r2dbc.spi.R2dbcPermissionDeniedException;
import org.jspecify.annotations.Nullable;

/**
 * A server was given up before it got a password: it could not be made sure of, or asked for what it is not to get. It is the
 * same the next time, so it is no outage. There is no SQLSTATE, because it is not the server that refused.
 */
final class ServerNotTrustedException extends R2dbcPermissionDeniedException {

    private static final long serialVersionUID = 1L;

    ServerNotTrustedException(String reason) {
        this(reason, null);
    }

    ServerNotTrustedException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
