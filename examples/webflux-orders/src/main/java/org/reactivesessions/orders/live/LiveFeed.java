package org.reactivesessions.orders.live;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.reactivesessions.orders.audit.Auditor;
import org.reactivesessions.orders.audit.Books;
import org.reactivesessions.orders.chaos.Chaos;
import org.reactivesessions.orders.chaos.ChaosGuard;
import org.reactivesessions.orders.database.OrdersDatabase;
import org.reactivesessions.orders.journal.Happenings;
import org.reactivesessions.orders.load.Load;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/** Gathers what the page shows, once for all who watch, and not at all while nobody does. Thread-safe. */
@Component
class LiveFeed {

    private static final Duration PERIOD = Duration.ofMillis(500);
    private static final int MOST_SHOWN = 10;

    private final Engine engine;
    private final Answers answers;
    private final Happenings happenings;
    private final Load load;
    private final Chaos chaos;
    private final ChaosGuard guard;
    private final OrdersDatabase database;
    private final Flux<Snapshot> snapshots;

    LiveFeed(
            Engine engine,
            Answers answers,
            Happenings happenings,
            Load load,
            Chaos chaos,
            ChaosGuard guard,
            OrdersDatabase database,
            Auditor auditor) {
        this.engine = engine;
        this.answers = answers;
        this.happenings = happenings;
        this.load = load;
        this.chaos = chaos;
        this.guard = guard;
        this.database = database;
        this.snapshots = Flux.interval(Duration.ZERO, PERIOD)
                .onBackpressureDrop()
                .concatMap(tick -> auditor.look(), 1)
                .map(this::snapshot)
                .replay(1)
                .refCount();
    }

    Flux<Snapshot> snapshots() {
        return snapshots.onBackpressureLatest();
    }

    private Snapshot snapshot(Books books) {
        List<Engine.AtWork> atWork = engine.atWork();
        return new Snapshot(
                Instant.now().toEpochMilli(),
                engine.name(),
                engine.outcomes(),
                answers.counts(),
                answers.latencies().drain(),
                engine.pool(),
                atWork.size(),
                atWork.stream().limit(MOST_SHOWN).toList(),
                books,
                happenings.circuit().name(),
                new Snapshot.Load(load.isRunning(), load.clients()),
                new Snapshot.Broken(
                        guard.isOpen(), database.server() != null, chaos.heldCommits(), chaos.isRestarting()),
                happenings.latest());
    }
}
