package org.reactivesessions.postgres.cancelrun;

import org.reactivesessions.Session;
import reactor.core.publisher.Mono;

/** Inserts over a session, and over its connection. */
record OnSession(Session session) implements Statements {

    @Override
    public Mono<Long> insert(Plan.Form form, int transaction, int part) {
        return switch (form) {
            case PARAMETERISED -> session.sql(PARAMETERISED, transaction, part).rowsUpdated();
            case PLAIN -> session.sql(Statements.plain(transaction, part)).rowsUpdated();
            case RETURNING -> session.sql(RETURNING, transaction, part).one(Statements::one);
            case PARAMETERISED_ON_CONNECTION, PLAIN_ON_CONNECTION ->
                new ConnectionStatements(session.connection()).insert(form, transaction, part);
        };
    }

    @Override
    public Mono<Long> insertBoth(int transaction) {
        return session.sql(PARAMETERISED)
                .bind(0, transaction)
                .bind(1, 1)
                .add()
                .bind(0, transaction)
                .bind(1, 2)
                .rowsUpdated();
    }

    @Override
    public Mono<Long> query(int transaction) {
        return session.sql(QUERY, transaction).one(Statements::one);
    }
}
