package org.reactivesessions.postgres;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.reactivesessions.ReactiveSessions;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * A program for a small heap: streams rows of one transaction to a consumer that pauses, and checks their order.
 * Arguments: URL, rows.
 */
public final class SlowReader {

    private static final int ROWS_PER_PAUSE = 50_000;

    private long last;

    private SlowReader() {}

    public static void main(String[] arguments) {
        long rows = Long.parseLong(arguments[1]);
        ReactiveSessions sessions = PostgresSessions.builder()
                .url(arguments[0])
                .pool(ServerFixture.roomyPool(1))
                .build();
        long read = new SlowReader().read(sessions, rows);
        sessions.close().block(ServerFixture.PATIENCE);
        System.out.println("rows " + read + ", heap " + Runtime.getRuntime().maxMemory() / 1_048_576 + " MiB");
        System.exit(read == rows ? 0 : 1);
    }

    private long read(ReactiveSessions sessions, long rows) {
        Flux<Long> stream = sessions.withTransactionMany(
                session -> session.sql("SELECT generate_series(1, $1)", rows).all(row -> row.get(0, Long.class)));
        return stream.publishOn(Schedulers.boundedElastic(), 256)
                .doOnNext(this::consume)
                .count()
                .blockOptional(Duration.ofMinutes(5))
                .orElseThrow();
    }

    private void consume(long row) {
        if (row != last + 1) {
            throw new IllegalStateException(row + " came after " + last);
        }
        last = row;
        if (row % ROWS_PER_PAUSE == 0) {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
