package org.reactivesessions.postgres.cancelrun;

import org.reactivestreams.Publisher;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/** Spring's {@code TransactionalOperator} with {@code DatabaseClient}. Thread-safe. */
final class Spring extends PooledContestant implements Statements {

    private final TransactionalOperator operator;
    private final DatabaseClient client;

    Spring(Connections connections) {
        super(connections);
        operator = TransactionalOperator.create(new R2dbcTransactionManager(pool()));
        client = DatabaseClient.create(pool());
    }

    @Override
    public Publisher<Long> transaction(Track track) {
        return track.plan().streams()
                ? operator.transactional(Work.stream(track, this))
                : operator.transactional(Work.single(track, this));
    }

    @Override
    public Mono<Long> insert(Plan.Form form, int transaction, int part) {
        return switch (form) {
            case PARAMETERISED ->
                client.sql(PARAMETERISED)
                        .bind(0, transaction)
                        .bind(1, part)
                        .fetch()
                        .rowsUpdated();
            case PLAIN ->
                client.sql(Statements.plain(transaction, part)).fetch().rowsUpdated();
            case RETURNING ->
                client.sql(RETURNING)
                        .bind(0, transaction)
                        .bind(1, part)
                        .map(Statements::one)
                        .one();
            case PARAMETERISED_ON_CONNECTION, PLAIN_ON_CONNECTION ->
                client.inConnection(connection -> new ConnectionStatements(connection).insert(form, transaction, part));
        };
    }

    @Override
    public Mono<Long> insertBoth(int transaction) {
        return client.inConnection(connection -> new ConnectionStatements(connection).insertBoth(transaction));
    }

    @Override
    public Mono<Long> query(int transaction) {
        return client.sql(QUERY).bind(0, transaction).map(Statements::one).one();
    }
}
