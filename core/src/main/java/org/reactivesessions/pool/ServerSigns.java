package org.reactivesessions.pool;

import io.r2dbc.spi.R2dbcException;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.LifePhase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is seen of the server, and what follows from it, whoever has seen it: the one place where a connection that could not be
 * opened, or was lost, in whatever phase, changes what is believed of the others and how fast new ones are opened. Thread-safe.
 */
final class ServerSigns implements ConnectObserver {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.pool");

    /** The class of SQLSTATE 53300, too many connections. */
    private static final String INSUFFICIENT_RESOURCES = "53";

    private final Dialect dialect;
    private final Trust trust;
    private final ReconnectPace pace;
    private final RoomToOpen room;
    private final ConnectObserver observer;
    private final IntSupplier open;

    /**
     * @param observer hears of every attempt as well
     * @param open how many connections are open
     */
    ServerSigns(
            Dialect dialect,
            Trust trust,
            ReconnectPace pace,
            RoomToOpen room,
            ConnectObserver observer,
            IntSupplier open) {
        this.dialect = dialect;
        this.trust = trust;
        this.pace = pace;
        this.room = room;
        this.observer = observer;
        this.open = open;
    }

    @Override
    public void opened(long nanos) {
        pace.opened();
        room.opened(open.getAsInt());
        observer.opened(nanos);
    }

    @Override
    public void failed(long nanos, Throwable error) {
        if (!isOutage(error)) {
            pace.freed(); // somebody has answered, and nothing is gained by a later answer
        } else if (isFull(error)) {
            room.refused(open);
        } else {
            unanswered();
        }
        observer.failed(nanos, error);
    }

    private boolean isOutage(Throwable error) {
        try {
            return error instanceof TimeoutException
                    || dialect.classify(LifePhase.ACQUIRING, error) == FailureClass.OUTAGE;
        } catch (Throwable thrown) {
            log.error("The dialect could not say what an error means", thrown);
            return false;
        }
    }

    /** Whether the database has answered that it has no room: then those that are open lead to where somebody answers. */
    private static boolean isFull(Throwable error) {
        String state = error instanceof R2dbcException known ? known.getSqlState() : null;
        return state != null && state.startsWith(INSUFFICIENT_RESOURCES);
    }

    /** What was asked has not answered, a new connection or one that seemed to be there. */
    void unanswered() {
        trust.distrust();
        pace.outage();
    }

    /** A connection is being closed here, for whatever reason. */
    void closing() {
        pace.freed();
    }

    /** A connection was closed by the other side, which is noticed at the latest when it is closed here. */
    void lost() {
        trust.doubt();
        pace.lost();
    }
}
