package org.reactivesessions.postgres.cancelrun;

import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import reactor.core.publisher.Mono;

/**
 * The same inserts from inner scopes: nested ones, nested ones that are undone first, by an error or by being given up, and
 * ones that join. Hooks count how often they are called.
 */
record OnScopes(ReactiveSessions sessions, Session session, Track track) implements Statements {

    private static final int STRAY_PART = 3;

    /** What an insert is wrapped in. */
    private enum Wrapping {
        NONE,
        NESTED,
        NESTED_TWICE,
        JOINED,
        JOINED_SESSION,
        AFTER_A_FAILED_ONE,
        AFTER_ONE_GIVEN_UP
    }

    /** Registers hooks, and inserts over scopes within the session. */
    static Statements of(ReactiveSessions sessions, Session session, Track track) {
        session.beforeCommit(() -> Mono.fromRunnable(track::hookBeforeCommit));
        session.afterCommit(() -> Mono.fromRunnable(track::hookAfterCommit));
        session.afterRollback(() -> Mono.fromRunnable(track::hookAfterRollback));
        return new OnScopes(sessions, session, track);
    }

    @Override
    public Mono<Long> insert(Plan.Form form, int transaction, int part) {
        Wrapping[] wrappings = Wrapping.values();
        return switch (wrappings[Math.floorMod(transaction * 31 + part * 17, wrappings.length)]) {
            case NONE -> new OnSession(session).insert(form, transaction, part);
            case NESTED -> nested(session, form, transaction, part);
            case NESTED_TWICE -> session.nested(inner -> nested(inner, form, transaction, part));
            case JOINED -> sessions.withTransaction(inner -> new OnSession(inner).insert(form, transaction, part));
            case JOINED_SESSION -> sessions.withSession(inner -> new OnSession(inner).insert(form, transaction, part));
            case AFTER_A_FAILED_ONE ->
                session.nested(inner -> new OnSession(inner)
                                .insert(form, transaction, STRAY_PART)
                                .then(Mono.<Long>error(PlannedFailure::new)))
                        .onErrorResume(PlannedFailure.class, undone -> nested(session, form, transaction, part));
            case AFTER_ONE_GIVEN_UP ->
                GivenUp.after(
                                track.plan().patienceNanos(),
                                session.nested(inner -> new OnSession(inner)
                                                .insert(form, transaction, STRAY_PART)
                                                .then(Mono.<Long>never()))
                                        .then())
                        .then(Mono.defer(() -> new OnSession(session).insert(form, transaction, part)));
        };
    }

    private static Mono<Long> nested(Session session, Plan.Form form, int transaction, int part) {
        return session.nested(inner -> new OnSession(inner).insert(form, transaction, part));
    }

    @Override
    public Mono<Long> insertBoth(int transaction) {
        return session.nested(inner -> new OnSession(inner).insertBoth(transaction));
    }

    @Override
    public Mono<Long> query(int transaction) {
        return session.nested(inner -> new OnSession(inner).query(transaction));
    }
}
