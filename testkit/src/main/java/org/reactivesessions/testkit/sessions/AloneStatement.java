package org.reactivesessions.testkit.sessions;

import io.r2dbc.spi.Readable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.SqlStatement;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A statement that is made anew, in a transaction of its own, by each subscription. Not thread-safe, as any statement. */
final class AloneStatement implements SqlStatement {

    private static final TransactionOptions OPTIONS =
            TransactionOptions.defaults().named("session");

    private final ReactiveSessions sessions;
    private Function<Session, SqlStatement> maker;

    AloneStatement(ReactiveSessions sessions, Function<Session, SqlStatement> maker) {
        this.sessions = sessions;
        this.maker = maker;
    }

    private SqlStatement with(Function<SqlStatement, SqlStatement> step) {
        maker = maker.andThen(step);
        return this;
    }

    @Override
    public SqlStatement bind(int index, @Nullable Object value) {
        return with(statement -> statement.bind(index, value));
    }

    @Override
    public SqlStatement bind(String name, @Nullable Object value) {
        return with(statement -> statement.bind(name, value));
    }

    @Override
    public SqlStatement add() {
        return with(SqlStatement::add);
    }

    @Override
    public SqlStatement fetchSize(int rows) {
        return with(statement -> statement.fetchSize(rows));
    }

    @Override
    public SqlStatement cursor(int rows) {
        return with(statement -> statement.cursor(rows));
    }

    @Override
    public <T> Mono<T> one(Function<? super Readable, ? extends T> mapper) {
        Function<Session, SqlStatement> made = maker;
        return sessions.withTransaction(OPTIONS, session -> made.apply(session).<T>one(mapper));
    }

    @Override
    public <T> Mono<T> first(Function<? super Readable, ? extends T> mapper) {
        Function<Session, SqlStatement> made = maker;
        return sessions.withTransaction(OPTIONS, session -> made.apply(session).<T>first(mapper));
    }

    @Override
    public <T> Flux<T> all(Function<? super Readable, ? extends T> mapper) {
        Function<Session, SqlStatement> made = maker;
        return sessions.withTransactionMany(
                OPTIONS, session -> made.apply(session).<T>all(mapper));
    }

    @Override
    public Mono<Long> rowsUpdated() {
        Function<Session, SqlStatement> made = maker;
        return sessions.withTransaction(OPTIONS, session -> made.apply(session).rowsUpdated());
    }

    @Override
    public Mono<Void> execute() {
        Function<Session, SqlStatement> made = maker;
        return sessions.withTransaction(OPTIONS, session -> made.apply(session).execute());
    }
}
