package org.reactivesessions.postgres.matrix;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The program that {@link PauseRowsIT} stops and lets go on: transactions of two rows each, one line for what each was told, until
 * a line comes in; then the figures of the pool.
 */
public final class PausedWorker {

    /** The environment variable with the URL of the database. */
    static final String URL = "PAUSED_WORKER_URL";

    /** Under which the server knows its sessions. */
    static final String NAME = "paused worker";

    static final String COMMITTED = "committed";
    static final String ABSENT = "absent";
    static final String IN_DOUBT = "in doubt";

    private static final int CALLERS = 8;
    private static final TransactionOptions OPTIONS = TransactionOptions.defaults()
            .timeout(Duration.ofSeconds(1))
            .verification(CommitVerification.marker().within(Duration.ofSeconds(20)));

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    private final AtomicInteger operations = new AtomicInteger();
    private final AtomicBoolean stopped = new AtomicBoolean();

    private PausedWorker() {}

    /** Runs it and ends the JVM. */
    public static void main(String... arguments) throws IOException {
        new PausedWorker().run();
        System.exit(0); // the driver's threads are no reason to stay
    }

    private void run() throws IOException {
        ReactiveSessions sessions = PostgresSessions.builder()
                .url(System.getenv(URL))
                .applicationName(NAME)
                .pool(PoolOptions.defaults().maxSize(CALLERS / 2))
                .limits(new TimeLimits(Duration.ofMillis(500), Duration.ofMillis(500)))
                .build();
        Mono<Void> callers = Flux.range(0, CALLERS)
                .flatMap(
                        each -> Mono.defer(() -> transaction(sessions))
                                .repeat(() -> !stopped.get())
                                .then(),
                        CALLERS)
                .then()
                .cache();
        callers.subscribe();
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII)).readLine();
        stopped.set(true);
        callers.block();
        sessions.quiesced().block();
        PoolStatus pool = Objects.requireNonNull(sessions.poolStatus());
        say("acquired " + pool.acquired() + " pending " + pool.pending());
        sessions.close().block();
        say("end");
    }

    private Mono<Void> transaction(ReactiveSessions sessions) {
        int operation = operations.getAndIncrement();
        String insert = "INSERT INTO effect VALUES (" + operation + ")";
        return sessions.withTransaction(
                        OPTIONS,
                        session -> session.sql(insert)
                                .rowsUpdated()
                                .then(session.sql(insert).rowsUpdated()))
                .doOnSuccess(rows -> say(COMMITTED + " " + operation))
                .doOnError(error ->
                        say((error instanceof CommitOutcomeUnknownException ? IN_DOUBT : ABSENT) + " " + operation))
                .onErrorComplete()
                .then();
    }

    private synchronized void say(String line) {
        out.println(line);
    }
}
