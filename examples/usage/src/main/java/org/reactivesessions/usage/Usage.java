package org.reactivesessions.usage;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Everyday work with sessions, one section per task: every method returns a cold publisher that a WebFlux handler would
 * return as it is. {@link #main} runs them all on a PostgreSQL that comes along. Thread-safe.
 */
public final class Usage {

    /** A customer as the application sees him. */
    public record Customer(long id, String name, long credit) {

        static Customer of(Readable row) {
            return new Customer(
                    Objects.requireNonNull(row.get("id", Long.class)),
                    Objects.requireNonNull(row.get("name", String.class)),
                    Objects.requireNonNull(row.get("credit", Long.class)));
        }
    }

    /** Somebody who wants to register under a name that is taken. */
    public static final class NameTakenException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NameTakenException(String name, Throwable cause) {
            super("the name \"" + name + "\" is taken", cause);
        }
    }

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final ReactiveSessions sessions;

    /** @param sessions belong to the caller, who closes them */
    public Usage(ReactiveSessions sessions) {
        this.sessions = sessions;
    }

    // ---------------------------------------------------------------- the table

    /** DDL, in a transaction like everything else. */
    Mono<Void> createTables() {
        return sessions.withTransaction(session -> session.sql(
                        "CREATE TABLE customer (id BIGINT GENERATED ALWAYS AS"
                                + " IDENTITY PRIMARY KEY, name TEXT NOT NULL UNIQUE, credit BIGINT NOT NULL CHECK (credit >= 0))")
                .execute()
                .then(session.sql("CREATE TABLE audit (at TIMESTAMPTZ NOT NULL, entry TEXT NOT NULL)")
                        .execute()));
    }

    // ---------------------------------------------------------------- query

    /** One row or none: the mono is empty if there is none, and fails if there are two. */
    Mono<Customer> find(String name) {
        return sessions.withSession(
                session -> session.sql("SELECT id, name, credit FROM customer WHERE name = $1", name)
                        .one(Customer::of));
    }

    /** A stream, with the demand of whoever reads it, from one snapshot of the data. */
    Flux<Customer> richerThan(long credit) {
        TransactionOptions report = TransactionOptions.defaults()
                .named("report")
                .isolation(IsolationLevel.REPEATABLE_READ)
                .readOnly();
        return sessions.withTransactionMany(
                report,
                session -> session.sql("SELECT id, name, credit FROM customer WHERE credit > $1 ORDER BY name")
                        .bind(0, credit)
                        .all(Customer::of));
    }

    // ---------------------------------------------------------------- create with generated id

    /** RETURNING brings what the database made of it. */
    Mono<Customer> register(String name, long credit) {
        return sessions.withTransaction(session -> insert(session, name, credit));
    }

    private static Mono<Customer> insert(Session session, String name, long credit) {
        return session.sql(
                        "INSERT INTO customer (name, credit) VALUES ($1, $2) RETURNING id, name, credit", name, credit)
                .one(Customer::of);
    }

    // ---------------------------------------------------------------- update

    /** Both or neither: the sum of all credits never changes, whoever cancels whenever. */
    Mono<Void> transfer(String from, String to, long amount) {
        return sessions.withTransaction(
                TransactionOptions.defaults().named("transfer"),
                session -> change(session, from, -amount).then(change(session, to, amount)));
    }

    /** An update that meets no row is an error, which undoes the other one. */
    private static Mono<Void> change(Session session, String name, long amount) {
        return session.sql("UPDATE customer SET credit = credit + $1 WHERE name = $2", amount, name)
                .rowsUpdated()
                .filter(rows -> rows == 1)
                .switchIfEmpty(Mono.error(() -> new IllegalArgumentException("there is no customer \"" + name + "\"")))
                .then();
    }

    // ---------------------------------------------------------------- error handling

    /** Outside the scope: the transaction is over and rolled back when the error is translated. */
    Mono<Customer> registerOnce(String name, long credit) {
        return register(name, credit)
                .onErrorMap(R2dbcDataIntegrityViolationException.class, taken -> new NameTakenException(name, taken));
    }

    /** What may be tried again is tried again as a whole, with a fresh transaction for each attempt. */
    Mono<Void> transferPatiently(String from, String to, long amount) {
        TransactionOptions serializable = TransactionOptions.defaults()
                .named("transfer")
                .isolation(IsolationLevel.SERIALIZABLE)
                .retry(TransactionRetry.defaults());
        return sessions.withTransaction(
                serializable, session -> change(session, from, -amount).then(change(session, to, amount)));
    }

    // ---------------------------------------------------------------- batch

    /** Many rows in one statement and one round trip; an array is one parameter. */
    Mono<Long> registerAll(List<String> names, long credit) {
        return sessions.withTransaction(session -> session.sql(
                        "INSERT INTO customer (name, credit) SELECT name, $2 FROM unnest($1::text[]) AS name")
                .bind(0, names.toArray(String[]::new))
                .bind(1, credit)
                .rowsUpdated());
    }

    /** The same statement with several sets of values: one exchange each, one transaction. */
    Mono<Long> credit(List<String> names, long amount) {
        return sessions.withTransaction(session -> {
            var update = session.sql("UPDATE customer SET credit = credit + $1 WHERE name = $2");
            names.forEach(name -> update.bind(0, amount).bind(1, name).add());
            return update.rowsUpdated();
        });
    }

    // ---------------------------------------------------------------- background job

    /**
     * A job without a web framework: one transaction per portion, so that no lock is held for long; what is done stays done
     * when it is stopped. Whoever starts it subscribes, and stops it by dispose.
     */
    Flux<Long> payInterest(int portion) {
        Mono<Long> next = sessions.withTransaction(
                TransactionOptions.defaults().named("interest"),
                session -> session.sql(
                                "UPDATE customer SET credit = credit + 1, name = name || '*' WHERE id IN (SELECT id"
                                        + " FROM customer WHERE name NOT LIKE '%*' ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)")
                        .bind(0, portion)
                        .rowsUpdated());
        return next.repeat().takeUntil(paid -> paid < portion).filter(paid -> paid > 0);
    }

    // ---------------------------------------------------------------- nested scopes

    /**
     * Those who can be registered are; the others cost their savepoint only. The audit entry is written in the same
     * transaction, by a method that knows nothing of this one: it joins through the Reactor Context.
     */
    Mono<Long> registerWhoCan(List<String> names, long credit) {
        return sessions.withTransaction(session -> Flux.fromIterable(names)
                .concatMap(name -> session.nested(inner -> insert(inner, name, credit))
                        .onErrorResume(R2dbcDataIntegrityViolationException.class, taken -> Mono.empty()))
                .count()
                .flatMap(registered -> audit("registered " + registered).thenReturn(registered)));
    }

    private Mono<Void> audit(String entry) {
        return sessions.withTransaction(session ->
                session.sql("INSERT INTO audit VALUES (now(), $1)", entry).execute());
    }

    // ---------------------------------------------------------------- all of it

    /** Runs every section once and says what it saw, one line each. */
    Flux<String> tour() {
        return Flux.concat(
                createTables().thenReturn("tables created"),
                register("alice", 100).map(alice -> "create: " + alice),
                registerAll(List.of("bob", "carol"), 50).map(rows -> "batch, one statement: " + rows + " rows"),
                credit(List.of("bob", "carol"), 5).map(rows -> "batch, several sets: " + rows + " rows"),
                find("alice").map(alice -> "query: " + alice),
                transferPatiently("alice", "bob", 30).then(find("bob")).map(bob -> "update: " + bob),
                transfer("alice", "nobody", 1)
                        .then(Mono.just("unreachable"))
                        .onErrorResume(
                                IllegalArgumentException.class,
                                error -> Mono.just("rolled back: " + error.getMessage())),
                registerOnce("alice", 1)
                        .map(Customer::name)
                        .onErrorResume(NameTakenException.class, error -> Mono.just("error: " + error.getMessage())),
                registerWhoCan(List.of("dave", "bob", "erin"), 10).map(count -> "nested: " + count + " of 3"),
                richerThan(54).map(Customer::name).collectList().map(names -> "stream: " + names),
                payInterest(2).reduce(0L, Long::sum).map(paid -> "background job: " + paid + " paid"));
    }

    /**
     * Runs the tour on a fresh database.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        try (TestDatabase database = TestServers.current().freshDatabase()) {
            ReactiveSessions sessions = PostgresSessions.builder()
                    .url(database.r2dbcUrl())
                    .maxSize(4)
                    .build();
            new Usage(sessions)
                    .tour()
                    .doOnNext(System.out::println)
                    .then(sessions.close())
                    .block(PATIENCE);
        }
        System.exit(0); // the server's own threads would keep the program alive
    }
}
