package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.WatchOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/**
 * Names those in the log who get nowhere, and ends those who do so for too long, if that is asked for. It looks once a second at all who are under way, as long as there are any; they
 * themselves do nothing for it.
 *
 * <p>Thread-safe; one look at a time.
 */
final class Watch {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.watch");
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Running running;
    private final WatchOptions options;
    private final Tally tally;
    private final Scheduler timer;
    private final AtomicBoolean awake = new AtomicBoolean();
    /** Who was named, and in which phase. Belongs to the look. */
    private final IdentityHashMap<Running.Member, ActiveSession> named = new IdentityHashMap<>();

    /** Where something was assembled. */
    private static final class Assembly extends Throwable {

        private static final long serialVersionUID = 1L;

        Assembly() {
            super("it was assembled here", null, false, true);
        }
    }

    Watch(Running running, WatchOptions options, Tally tally, Scheduler timer) {
        this.running = running;
        this.options = options;
        this.tally = tally;
        this.timer = timer;
    }

    /** The stack of the caller, of so many callers as was asked for. */
    @Nullable
    Throwable assembly() {
        double share = options.stackShare();
        return share > 0 && (share >= 1 || ThreadLocalRandom.current().nextDouble() < share) ? new Assembly() : null;
    }

    /** Somebody is under way. */
    void wake() {
        if ((options.warns() || options.ends()) && !awake.get() && awake.compareAndSet(false, true)) {
            lookLater();
        }
    }

    private void lookLater() {
        try {
            timer.schedule(this::lookAndGoOn, INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException gone) {
            log.debug("The timer was shut down, so nobody is watched any more", gone);
        }
    }

    private void lookAndGoOn() {
        try {
            look();
        } catch (Throwable thrown) {
            log.error("Who is under way could not be looked at", thrown);
        }
        if (!running.isEmpty() || !named.isEmpty()) {
            lookLater();
            return;
        }
        awake.set(false);
        if (!running.isEmpty()) { // came in between, and found it awake
            wake();
        }
    }

    private void look() {
        Set<Running.Member> seen = new HashSet<>();
        List<Running.Looked> all = running.looked();
        for (Running.Looked one : all) {
            seen.add(one.member());
            look(one.member(), one.session());
            endIfItIsTime(one.member(), one.session());
        }
        named.entrySet().removeIf(entry -> {
            boolean gone = !seen.contains(entry.getKey());
            if (gone) {
                left(entry.getValue(), "has ended");
            }
            return gone;
        });
    }

    private void look(Running.Member member, ActiveSession now) {
        ActiveSession before = named.get(member);
        if (before != null && before.phase() != now.phase()) {
            named.remove(member);
            left(before, "is in " + now.phase());
        }
        Duration limit = limit(now.phase());
        if (limit != null && now.inPhase().compareTo(limit) >= 0 && named.put(member, now) == null) {
            tally.suspected();
            log.warn("{}", describe(now), now.assembly());
        }
    }

    /** One that cannot be ended must not keep the others from being looked at. */
    private void endIfItIsTime(Running.Member member, ActiveSession now) {
        Duration limit = options.endLimit(now.phase());
        if (limit == null || now.inPhase().compareTo(limit) < 0) {
            return;
        }
        try {
            if (member.tooLong(now.phase(), limit)) {
                log.warn("{}; it is ended, because it may be there for {} ms", describe(now), limit.toMillis());
            }
        } catch (Throwable thrown) {
            log.error("{}: could not be ended", now.name(), thrown);
        }
    }

    private @Nullable Duration limit(LifePhase phase) {
        return phase == LifePhase.DONE ? null : options.limit(phase);
    }

    private static void left(ActiveSession named, String where) {
        log.warn("{}: was named for being in {}, and {} now", named.name(), named.phase(), where);
    }

    private static String describe(ActiveSession session) {
        StringBuilder text = new StringBuilder(session.name());
        if (session.inside() != null) {
            text.append(" inside ").append(session.inside());
        }
        text.append(": in ")
                .append(session.phase())
                .append(" for ")
                .append(session.inPhase().toMillis())
                .append(" ms, and waits for ")
                .append(
                        switch (session.waitsFor()) {
                            case CONNECTION -> "a connection, as number " + session.waitingPosition();
                            case DATABASE -> "the database";
                            case SUBSCRIBER -> "its subscriber, who asks for no more rows";
                            case FUNCTION -> "its function, or for whoever it was lent to";
                        });
        if (session.lastStatement() != null) {
            text.append("; ")
                    .append(session.statements())
                    .append(session.statements() == 1 ? " statement" : " statements")
                    .append(", the last: ")
                    .append(session.lastStatement());
        }
        if (session.backend() != null) {
            text.append("; backend ").append(session.backend());
        }
        return text.toString();
    }
}
