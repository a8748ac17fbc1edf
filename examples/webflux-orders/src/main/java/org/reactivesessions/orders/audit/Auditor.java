package org.reactivesessions.orders.audit;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.orders.database.OrdersDatabase;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.transaction.TransactionOptions;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Looks at the books, and at who is connected, on one connection of its own, whoever runs the service's transactions; books that were
 * broken once are not forgotten when they balance again. Thread-safe.
 */
@Component
public class Auditor implements DisposableBean {

    private static final String APPLICATION = "webflux-orders";

    private static final TransactionOptions LOOK =
            TransactionOptions.defaults().named("audit").readOnly().timeout(Duration.ofSeconds(2));

    private static final String BALANCES =
            "SELECT coalesce(sum(opening), 0)::bigint, coalesce(sum(balance), 0)::bigint FROM account";

    private static final String TERMINATE =
            "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND application_name = $1";

    private final ReactiveSessions sessions;
    private final AtomicLong broken = new AtomicLong();

    Auditor(OrdersDatabase database) {
        sessions = PostgresSessions.fromProperties(Map.of(
                        "url", database.directUrl(),
                        "application-name", APPLICATION + "-audit",
                        "pool-size", "1",
                        "pool-timeout", "1s",
                        "connect-timeout", "1s"))
                .build();
    }

    /**
     * Looks at the books.
     *
     * @return a cold mono that never fails: where the database does not tell, the books are unknown
     */
    public Mono<Books> look() {
        return sessions.withTransaction(
                        LOOK,
                        session -> session.sql(BALANCES)
                                .one(row -> books(
                                        Objects.requireNonNull(row.get(0, Long.class)),
                                        Objects.requireNonNull(row.get(1, Long.class)))))
                .onErrorResume(error -> Mono.fromSupplier(() -> Books.unknown(broken.get())));
    }

    private Books books(long expected, long actual) {
        return expected == actual
                ? new Books(Books.State.BALANCED, expected, actual, broken.get())
                : new Books(Books.State.BROKEN, expected, actual, broken.incrementAndGet());
    }

    /**
     * Ends every process of the server that works for the service.
     *
     * @return a cold mono of how many there were
     */
    public Mono<Long> terminateOthers() {
        return sessions.withTransaction(
                LOOK, session -> session.sql(TERMINATE, APPLICATION).one(row -> row.get(0, Long.class)));
    }

    @Override
    public void destroy() {
        sessions.close().block();
    }
}
