package org.reactivesessions.postgres.soak;

import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import reactor.netty.channel.AbortedException;

/**
 * Which dropped signals the faults explain: what the driver has read when its connection is closed under it, and a further error
 * that says so. Everything else is somebody's mistake. Stateless.
 */
final class Drops {

    private static final String MESSAGES_OF_DRIVER = "io.r2dbc.postgresql.message.";
    private static final String CONNECTION_LOST = "08";

    private Drops() {}

    static boolean areExplained(Object signal) {
        return signal instanceof Throwable error ? isLoss(error) : isMessage(signal);
    }

    private static boolean isMessage(Object element) {
        return element.getClass().getName().startsWith(MESSAGES_OF_DRIVER);
    }

    /** Whether an error says that a connection is gone, which somebody else has heard already. */
    private static boolean isLoss(Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            String state = each instanceof R2dbcException known ? known.getSqlState() : null;
            if (each instanceof IOException
                    || AbortedException.isConnectionReset(each)
                    || (state != null && state.startsWith(CONNECTION_LOST))) {
                return true;
            }
        }
        return false;
    }
}
