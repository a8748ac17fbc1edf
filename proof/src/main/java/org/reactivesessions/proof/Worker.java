package org.reactivesessions.proof;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.proof.contestant.Ours;
import org.reactivesessions.proof.contestant.Target;
import org.reactivesessions.proof.journal.Entry;
import org.reactivesessions.proof.journal.Journal;
import org.reactivesessions.proof.journal.Journals;
import org.reactivesessions.proof.journal.Told;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * A process with some clients, which is killed at any moment. First it finds out what became of the operations that its
 * predecessors have not ended, and keeps those that are not there from ever being there: it applies each of them once more, as a
 * note that it is not to be. It ends when its standard input does.
 */
final class Worker {

    /** Names the environment variable with the password. */
    static final String PASSWORD = "PGPASSWORD";

    private static final int POOL = 4;
    private static final int CLIENTS = 6;
    /** Beyond all other clients. */
    static final int FIRST = 100;

    private static final Duration PAUSE = Duration.ofMillis(15);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Worker() {}

    /** Called with host, port, database, user, the directory of the journals, a seed, and which life it is. */
    public static void main(String... arguments) throws IOException {
        Target target = new Target(
                arguments[0], Integer.parseInt(arguments[1]), arguments[2], arguments[3], System.getenv(PASSWORD));
        Path directory = Path.of(arguments[4]);
        int life = Integer.parseInt(arguments[6]);
        String name = String.format(Locale.ROOT, "worker-%03d", life);
        try (Ours ours = Ours.open(target, POOL, true)) {
            resolve(ours.sessions(), directory, name);
            Clients.Crew crew = new Clients.Crew(name, FIRST, CLIENTS, 1_000 * life);
            try (Clients clients = new Clients(
                    ours, directory, Long.parseLong(arguments[5]) * 1_000 + life, crew, Long.MAX_VALUE, PAUSE)) {
                Thread stopping = new Thread(() -> stopAtEnd(clients), "stop");
                stopping.setDaemon(true);
                stopping.start();
                clients.run().block();
            }
        }
        System.exit(0); // the driver's threads are no reason to stay
    }

    private static void stopAtEnd(Clients clients) {
        try {
            while (System.in.read() >= 0) {
                // until it ends
            }
        } catch (IOException broken) {
            // which is an end as well
        }
        clients.stop();
    }

    private static void resolve(ReactiveSessions sessions, Path directory, String name) throws IOException {
        List<UUID> open = Journals.in(directory).entries().stream()
                .filter(entry -> entry.known() == Told.OPEN && entry.client() >= FIRST)
                .map(Entry::id)
                .toList();
        try (Journal journal = Journal.of(directory, name + "-resolved")) {
            Flux.fromIterable(open)
                    .concatMap(id -> resolve(sessions, id).doOnNext(told -> journal.resolve(id, told)))
                    .blockLast(PATIENCE);
        }
    }

    /** Whoever has claimed an operation before has either done it, or noted that it is not to be. */
    private static Mono<Told> resolve(ReactiveSessions sessions, UUID id) {
        return sessions.once(
                        Ours.options().named("resolve"),
                        id.toString(),
                        session -> session.sql("INSERT INTO fenced VALUES ($1)", id)
                                .rowsUpdated())
                .flatMap(once -> once.isApplied()
                        ? Mono.just(Told.ROLLED_BACK)
                        : sessions.withSession(session -> session.sql(
                                                "SELECT EXISTS (SELECT FROM fenced WHERE operation = $1)", id)
                                        .one(row -> row.get(0, Boolean.class)))
                                .map(fenced -> fenced ? Told.ROLLED_BACK : Told.ACK))
                .retryWhen(Retry.backoff(1_000, Duration.ofMillis(20)).maxBackoff(Duration.ofMillis(200)));
    }
}
