package org.reactivesessions.postgres;

import io.r2dbc.spi.R2dbcException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a pooler was found between us and the server: it refuses start-up parameters it does not know, which a server never
 * does. Once seen it counts as being there for good. Thread-safe.
 */
final class PoolerSighting {

    private static final Logger log = LoggerFactory.getLogger(PoolerSighting.class);

    private static final String PROTOCOL_VIOLATION = "08P01";
    private static final String REFUSAL = "unsupported startup parameter";

    private final AtomicBoolean seen = new AtomicBoolean();

    /** Whether an error of opening a connection is a pooler's refusal. */
    static boolean isRefusal(Throwable error) {
        String message = error.getMessage();
        return error instanceof R2dbcException known
                && PROTOCOL_VIOLATION.equals(known.getSqlState())
                && message != null
                && message.contains(REFUSAL);
    }

    boolean isSeen() {
        return seen.get();
    }

    void see(Throwable refusal) {
        if (seen.compareAndSet(false, true)) {
            log.warn(
                    "The connection was refused ({}), as poolers do: from now on connections are opened as with pgBouncer(),"
                            + " without the guard, prepared statements and cancels on the server. Say pgBouncer() if there"
                            + " is a pooler.",
                    refusal.getMessage());
        }
    }
}
