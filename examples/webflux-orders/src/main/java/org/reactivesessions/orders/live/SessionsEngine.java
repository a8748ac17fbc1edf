package org.reactivesessions.orders.live;

import java.util.Comparator;
import java.util.List;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.SessionFigures;
import org.reactivesessions.pool.PoolStatus;

/** Sessions, which tell everything by themselves. Thread-safe. */
final class SessionsEngine implements Engine {

    private final ReactiveSessions sessions;

    SessionsEngine(ReactiveSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public String name() {
        return "sessions";
    }

    @Override
    public Outcomes outcomes() {
        SessionFigures figures = sessions.statistics().sinceStart();
        return new Outcomes(
                figures.committed(),
                figures.rolledBack(),
                figures.notStarted(),
                figures.inDoubt(),
                figures.cancelled(),
                figures.retried());
    }

    @Override
    public Pool pool() {
        PoolStatus status = sessions.poolStatus();
        return new Pool(status.acquired(), status.idle(), status.pending(), status.maxSize());
    }

    @Override
    public List<AtWork> atWork() {
        return sessions.activeSessions().stream()
                .sorted(Comparator.comparing(ActiveSession::age).reversed())
                .map(SessionsEngine::seen)
                .toList();
    }

    private static AtWork seen(ActiveSession session) {
        return new AtWork(
                session.name(),
                session.phase().name(),
                session.age().toMillis(),
                session.waitsFor().name(),
                session.lastStatement(),
                session.backend());
    }
}
