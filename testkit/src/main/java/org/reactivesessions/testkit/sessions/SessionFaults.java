package org.reactivesessions.testkit.sessions;

import java.util.List;
import java.util.Objects;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.testkit.fault.Faults;

/**
 * Faults of sessions that are known by name. Stateless.
 *
 * @since 0.1
 */
public final class SessionFaults {

    private SessionFaults() {}

    /**
     * Ends, on the server, the session of whoever has that name and a connection now, and waits until it is gone.
     *
     * @param faults of the database
     * @param sessions whose is meant
     * @param name given by {@code TransactionOptions.named}
     * @return how many there were, at least 1
     * @throws IllegalStateException if nobody of that name has a connection whose number is known; the message has the names that do
     */
    public static int killBackend(Faults faults, ReactiveSessions sessions, String name) {
        List<ActiveSession> active = sessions.activeSessions();
        List<Long> backends = active.stream()
                .filter(session -> session.name().equals(name))
                .map(ActiveSession::backend)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .distinct()
                .toList();
        if (backends.isEmpty()) {
            throw new IllegalStateException("nobody named \"" + name + "\" has a connection; under way are "
                    + active.stream().map(ActiveSession::name).toList()
                    + ". Name the transaction by TransactionOptions.named, and wait until it has begun.");
        }
        backends.forEach(faults::killBackend);
        return backends.size();
    }
}
