package org.reactivesessions.postgres.doubt;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.postgres.PostgresSessions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * A process that applies all operations, in an order of its own, and writes every answer to a file at once, because it may be
 * killed at any moment.
 */
final class OnceWorker implements SessionListener {

    /** Names the environment variable with the URL of the database. */
    static final String URL = "RS_ONCE_URL";

    private static final int CONCURRENCY = 32;
    private static final int ATTEMPTS = 200;

    private final OutputStream answers;

    private OnceWorker(OutputStream answers) {
        this.answers = answers;
    }

    /** Called with the name of the JVM, a way of {@link Applying}, the number of operations, a seed, the file for the answers, and the one to wait for. */
    public static void main(String... arguments) throws IOException, InterruptedException {
        String jvm = arguments[0];
        Applying way = Applying.valueOf(arguments[1]);
        List<String> order = order(Integer.parseInt(arguments[2]), Long.parseLong(arguments[3]));
        try (FileOutputStream answers = new FileOutputStream(arguments[4])) {
            OnceWorker worker = new OnceWorker(answers);
            ReactiveSessions sessions = PostgresSessions.builder()
                    .url(System.getenv(URL))
                    .pool(Sessions.pool(CONCURRENCY))
                    .resilience(Sessions.RESILIENCE)
                    .listener(worker)
                    .build();
            warmUp(sessions);
            worker.write("ready");
            while (Files.notExists(Path.of(arguments[5]))) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            Flux.fromIterable(order)
                    .flatMap(id -> worker.apply(sessions, way, id, jvm), CONCURRENCY)
                    .blockLast();
            worker.write("done");
            sessions.close().block();
        }
        System.exit(0); // the driver's threads are no reason to stay
    }

    /** Opens all connections, so that two processes that begin at the same time also go on at the same pace. */
    private static void warmUp(ReactiveSessions sessions) {
        Flux.range(0, CONCURRENCY)
                .flatMap(
                        connection -> sessions.withSession(
                                session -> session.sql("SELECT pg_sleep(0.3)").execute()),
                        CONCURRENCY)
                .blockLast();
    }

    private static List<String> order(int number, long seed) {
        List<String> ids = new ArrayList<>();
        for (int id = 0; id < number; id++) {
            ids.add("operation-" + id);
        }
        Collections.shuffle(ids, new Random(seed));
        return ids;
    }

    /** Asks again after every error, as is safe with {@code once()}. */
    private Mono<Boolean> apply(ReactiveSessions sessions, Applying way, String id, String jvm) {
        return way.apply(sessions, id, jvm)
                .doOnError(error -> write("error " + error.getClass().getSimpleName()))
                .retryWhen(Retry.backoff(ATTEMPTS, Duration.ofMillis(5)).maxBackoff(Duration.ofMillis(200)))
                .doOnNext(applied -> write((applied ? "applied " : "already ") + id));
    }

    @Override
    public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
        // what counts is what the caller is told
    }

    @Override
    public void resolved(String name, TransactionOutcome outcome, Duration took) {
        write("resolved " + outcome);
    }

    private synchronized void write(String line) {
        try {
            answers.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
