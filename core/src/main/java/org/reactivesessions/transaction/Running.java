package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.observation.ActiveSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Everything that is under way, in the order in which it began: how many there are, who they are, and whether more may come. Who
 * is in it carries the links itself, so that belonging to it costs no allocation.
 *
 * <p>Thread-safe.
 */
final class Running {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.transaction");

    /** Something that is under way. It enters once, and leaves once. */
    abstract static class Member {

        // Guarded by the list it is in.
        private @Nullable Member before;
        /** Itself, when it has left. */
        private @Nullable Member after;

        /** The name of its scope. */
        abstract String scopeName();

        /** Whether it has no connection yet, or none at the moment. */
        abstract boolean isWaiting();

        /**
         * How it looks at this moment.
         *
         * @param position its place among those who wait for a connection, 0 if it does not
         */
        abstract ActiveSession look(int position);

        /** Whether it counts among those that are under way at once; asked when it enters and when it leaves. */
        boolean isCounted() {
            return true;
        }

        /**
         * It was seen in a phase for as long as it may be there; it is to end as soon as it can, if it is there still.
         *
         * @return whether that is so
         */
        boolean tooLong(LifePhase phase, Duration limit) {
            return false;
        }

        /** Its time is over, because the sessions were closed; it is to end as soon as it can. */
        abstract void overdue(Closure closure);
    }

    // Guarded by this.
    private @Nullable Member first;
    private @Nullable Member last;
    private boolean overdue;
    private int count;
    private int peak;
    private final List<Sinks.Empty<Void>> waiting = new ArrayList<>(1);

    private final Sinks.Empty<Void> graceIsOver = Sinks.empty();
    private volatile @Nullable Closure closure;

    /**
     * Lets somebody in, unless that is too late.
     *
     * @param mayFollow whether it is a part of something that began before the close
     * @return {@code null}, or why it may not begin
     */
    synchronized @Nullable Closure enter(Member member, boolean mayFollow) {
        Closure closed = closure;
        if (closed != null && (overdue || !mayFollow)) {
            return closed;
        }
        if (member.after != member) { // it may have been cancelled before it could begin
            member.before = last;
            if (last == null) {
                first = member;
            } else {
                last.after = member;
            }
            last = member;
            if (member.isCounted()) {
                peak = Math.max(peak, ++count);
            }
        }
        return null;
    }

    /** Somebody has come to his end, or has none, because he was not let in. */
    void exit(Member member) {
        List<Sinks.Empty<Void>> released;
        synchronized (this) {
            remove(member);
            if (first != null || waiting.isEmpty()) {
                return;
            }
            released = List.copyOf(waiting);
            waiting.clear();
        }
        released.forEach(Sinks.Empty::tryEmitEmpty);
    }

    private void remove(Member member) {
        Member previous = member.before;
        Member next = member.after;
        if (next != member && (member == first || previous != null)) {
            if (previous == null) {
                first = next;
            } else {
                previous.after = next;
            }
            if (next == null) {
                last = previous;
            } else {
                next.before = previous;
            }
            if (member.isCounted()) {
                count--;
            }
        }
        member.before = null;
        member.after = member;
    }

    /** How many of those who count were under way at once, at most, since it was last taken. */
    synchronized int takePeak() {
        int taken = peak;
        peak = count;
        return taken;
    }

    /** Who is under way at this moment, in the order in which they began. */
    synchronized List<Member> members() {
        List<Member> members = new ArrayList<>();
        for (Member member = first; member != null; member = member.after) {
            members.add(member);
        }
        return members;
    }

    /** Somebody, and how he looked. */
    record Looked(Member member, ActiveSession session) {}

    /** How all who are under way look at this moment, in the order in which they began. */
    List<Looked> looked() {
        List<Member> members = members();
        List<Looked> looks = new ArrayList<>(members.size());
        int waitingBefore = 0;
        for (Member member : members) {
            looks.add(new Looked(member, member.look(member.isWaiting() ? ++waitingBefore : 0)));
        }
        return looks;
    }

    synchronized boolean isEmpty() {
        return first == null;
    }

    /** Refuses from now on what is no part of something that is under way; the first close counts. */
    synchronized void close(Closure why) {
        if (closure == null) {
            closure = why;
        }
    }

    /** Why nothing new may begin, {@code null} if it may. */
    @Nullable
    Closure closure() {
        return closure;
    }

    /** After {@link #close}: refuses everything from now on, and tells whoever is under way that his time is over. */
    void endAll(Closure why) {
        synchronized (this) {
            overdue = true;
        }
        graceIsOver.tryEmitEmpty();
        List<Member> others = new ArrayList<>();
        for (Member member : members()) { // those first that could get what others give back
            if (member.isWaiting()) {
                end(member, why);
            } else {
                others.add(member);
            }
        }
        others.forEach(member -> end(member, why));
    }

    private static void end(Member member, Closure why) {
        try {
            member.overdue(why);
        } catch (Throwable thrown) { // its end has a limit of its own
            log.error("{}: could not be ended", member.scopeName(), thrown);
        }
    }

    /** A mono that fails when the time of everybody is over, and does nothing before. */
    <T> Mono<T> untilOverdue(String name) {
        return graceIsOver.asMono().then(Mono.error(() -> {
            Closure why = closure;
            return why == null ? new IllegalStateException(name + ": the grace is over") : why.refusal(name);
        }));
    }

    /** A cold mono that completes when nobody is under way, at once if nobody is. */
    Mono<Void> none() {
        return Mono.defer(() -> {
            synchronized (this) {
                if (first == null) {
                    return Mono.empty();
                }
                Sinks.Empty<Void> sink = Sinks.empty();
                waiting.add(sink);
                return sink.asMono();
            }
        });
    }
}
