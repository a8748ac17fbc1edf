package org.reactivesessions.mvc;

import java.util.Objects;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The books. Thread-safe. */
@Component
class Ledger {

    static final String BOOK = """
            WITH booked AS (
                UPDATE account SET balance = balance + ? WHERE id = ? AND balance + ? >= 0 RETURNING id)
            INSERT INTO entry (order_id, account, amount) SELECT ?, id, ? FROM booked""";

    private static final String ACCOUNT = "SELECT count(*) FROM account WHERE id = ?";
    private static final int SECONDS = 5;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    Ledger(JdbcTemplate jdbc, PlatformTransactionManager manager) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(manager);
        transaction.setTimeout(SECONDS);
    }

    /**
     * Carries a transfer out as a whole, or not at all; in the order of the accounts, so that two never wait for each other.
     *
     * @throws RefusedException if there is no such account, or not enough on the first
     */
    Order transfer(Transfer wish) {
        return Objects.requireNonNull(transaction.execute(status -> {
            Order order = new Order(UUID.randomUUID(), wish.from(), wish.to(), wish.amount());
            if (order.from() < order.to()) {
                book(order.id(), order.from(), -order.amount());
                book(order.id(), order.to(), order.amount());
            } else {
                book(order.id(), order.to(), order.amount());
                book(order.id(), order.from(), -order.amount());
            }
            return order;
        }));
    }

    private void book(UUID order, long account, long amount) {
        if (jdbc.update(BOOK, amount, account, amount, order, amount) != 1) {
            throw refusal(account, amount);
        }
    }

    private RefusedException refusal(long account, long amount) {
        return Objects.equals(jdbc.queryForObject(ACCOUNT, Long.class, account), 0L)
                ? new RefusedException(HttpStatus.NOT_FOUND, "there is no account " + account)
                : new RefusedException(HttpStatus.CONFLICT, "there is less than " + -amount + " on account " + account);
    }
}
