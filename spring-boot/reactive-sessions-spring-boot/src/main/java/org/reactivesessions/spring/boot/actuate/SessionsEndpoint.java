package org.reactivesessions.spring.boot.actuate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.observation.ActiveSession;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@code /actuator/sessions}: every transaction, session and connection that is under way, longest first, with its phase, the text of
 * its last statement, without what is bound to it, and the stack of its assembly where that was kept. Looking costs those who are at
 * work nothing. Thread-safe.
 *
 * @since 0.1
 */
@Endpoint(id = "sessions")
public final class SessionsEndpoint {

    private static final int MOST_FRAMES = 30;

    private final Map<String, ReactiveSessions> sessions;

    /**
     * Creates an endpoint.
     *
     * @param sessions whose they are, by the names of their beans
     */
    public SessionsEndpoint(Map<String, ReactiveSessions> sessions) {
        this.sessions = Map.copyOf(sessions);
    }

    /**
     * Looks at what is under way.
     *
     * @return for each of the sessions how many there are and which
     */
    @ReadOperation
    public Map<String, Overview> sessions() {
        Map<String, Overview> all = new LinkedHashMap<>();
        sessions.keySet().stream()
                .sorted()
                .forEach(name -> all.put(name, overview(Objects.requireNonNull(sessions.get(name)))));
        return all;
    }

    private static Overview overview(ReactiveSessions each) {
        List<Active> active = each.activeSessions().stream()
                .sorted(Comparator.comparing(ActiveSession::age).reversed())
                .map(Active::of)
                .toList();
        return new Overview(active.size(), active);
    }

    /**
     * What one of the sessions has under way.
     *
     * @param count how many there are
     * @param active which, longest first
     */
    public record Overview(int count, List<Active> active) {}

    /**
     * Somebody at work, as {@link ActiveSession} tells.
     *
     * @param name of the scope
     * @param inside of which other scope, {@code null} if of none
     * @param phase where it is
     * @param ageMillis how long ago it began
     * @param phaseMillis for how long it has been in its phase
     * @param attempt 1, and more for a transaction that is run again
     * @param statements how many were sent
     * @param lastStatement the text of the last, {@code null} before the first
     * @param backend the server's number of its connection, {@code null} if it has none
     * @param waitsFor what has to happen before it goes on
     * @param assembly where it was assembled, {@code null} if that was not kept
     */
    public record Active(
            String name,
            @Nullable String inside,
            String phase,
            long ageMillis,
            long phaseMillis,
            int attempt,
            int statements,
            @Nullable String lastStatement,
            @Nullable Long backend,
            String waitsFor,
            @Nullable List<String> assembly) {

        static Active of(ActiveSession session) {
            Throwable assembly = session.assembly();
            return new Active(
                    session.name(),
                    session.inside(),
                    session.phase().name(),
                    session.age().toMillis(),
                    session.inPhase().toMillis(),
                    session.attempt(),
                    session.statements(),
                    session.lastStatement(),
                    session.backend(),
                    session.waitsFor().name(),
                    assembly == null
                            ? null
                            : Arrays.stream(assembly.getStackTrace())
                                    .limit(MOST_FRAMES)
                                    .map(StackTraceElement::toString)
                                    .toList());
        }
    }
}
