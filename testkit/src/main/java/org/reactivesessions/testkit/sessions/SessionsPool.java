package org.reactivesessions.testkit.sessions;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;
import java.util.stream.Collectors;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.testkit.leak.WatchedPool;

/**
 * The pool of reactive sessions as a leak check asks it: {@code leaks.pool("app", SessionsPool.of(sessions))}. Who holds a connection is
 * shown with the stack that assembled it, if the sessions keep stacks, as {@code WatchOptions.testing()} lets them. Thread-safe.
 *
 * @since 0.1
 */
public final class SessionsPool implements WatchedPool {

    private final ReactiveSessions sessions;

    private SessionsPool(ReactiveSessions sessions) {
        this.sessions = Objects.requireNonNull(sessions, "sessions must not be null");
    }

    /**
     * The pool of sessions.
     *
     * @param sessions what is asked
     * @return their pool
     */
    public static SessionsPool of(ReactiveSessions sessions) {
        return new SessionsPool(sessions);
    }

    @Override
    public int acquired() {
        return sessions.poolStatus().acquired();
    }

    @Override
    public int pending() {
        return sessions.poolStatus().pending();
    }

    @Override
    public String holders() {
        return sessions.activeSessions().stream().map(SessionsPool::text).collect(Collectors.joining("; "));
    }

    private static String text(ActiveSession session) {
        StringWriter text = new StringWriter();
        text.append('"')
                .append(session.name())
                .append("\" is ")
                .append(session.phase().toString());
        text.append(" for ").append(String.valueOf(session.age().toMillis())).append(" ms");
        Throwable assembly = session.assembly();
        if (assembly != null) {
            text.append(", ");
            assembly.printStackTrace(new PrintWriter(text));
        }
        return text.toString();
    }
}
