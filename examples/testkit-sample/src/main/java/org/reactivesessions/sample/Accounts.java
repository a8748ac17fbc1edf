package org.reactivesessions.sample;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Accounts in a table, as R2DBC code is written by hand. */
public final class Accounts {

    private final ConnectionFactory factory;

    /**
     * Accounts in a database.
     *
     * @param factory hands out connections to it
     */
    public Accounts(ConnectionFactory factory) {
        this.factory = factory;
    }

    /**
     * Opens an account.
     *
     * @param id of the account
     * @param balance what is on it to begin with
     * @return a cold mono; it fails if there is such an account
     */
    public Mono<Void> open(int id, long balance) {
        return with(connection -> update(connection, "INSERT INTO account VALUES ($1, $2)", id, balance));
    }

    /**
     * What is on an account.
     *
     * @param id of the account
     * @return a cold mono, empty if there is no such account
     */
    public Mono<Long> balance(int id) {
        return with(connection -> Mono.from(connection
                        .createStatement("SELECT balance FROM account WHERE id = $1")
                        .bind("$1", id)
                        .execute())
                .flatMap(result -> Mono.from(result.map(row -> row.get(0, Long.class)))));
    }

    /**
     * Moves money in one transaction.
     *
     * @param from account that gives
     * @param to account that gets
     * @param amount how much
     * @return a cold mono
     */
    public Mono<Void> transfer(int from, int to, long amount) {
        return with(connection -> Mono.from(connection.beginTransaction())
                .then(update(connection, "UPDATE account SET balance = balance - $2 WHERE id = $1", from, amount))
                .then(update(connection, "UPDATE account SET balance = balance + $2 WHERE id = $1", to, amount))
                .then(Mono.from(connection.commitTransaction()))
                .onErrorResume(error -> Mono.from(connection.rollbackTransaction())
                        .onErrorComplete()
                        .then(Mono.error(error))));
    }

    private <T> Mono<T> with(Function<Connection, Mono<T>> work) {
        return Mono.usingWhen(factory.create(), work, Connection::close);
    }

    private static Mono<Void> update(Connection connection, String sql, int id, long amount) {
        return Mono.from(connection
                        .createStatement(sql)
                        .bind("$1", id)
                        .bind("$2", amount)
                        .execute())
                .flatMap(result -> Mono.from(result.getRowsUpdated()))
                .then();
    }
}
