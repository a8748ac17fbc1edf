package org.reactivesessions.proof.workload;

import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What an operation does inside of its transaction, the same for every contestant. Stateless. */
public final class Script {

    /** The tables; run by the superuser, past every contestant. */
    public static final String TABLES = """
            CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL) WITH (fillfactor = 50);
            INSERT INTO account SELECT id, 1000 FROM generate_series(0, %d) AS id;
            CREATE TABLE ledger (
                operation uuid NOT NULL,
                account int NOT NULL,
                amount int NOT NULL,
                tenant text DEFAULT nullif(current_setting('proof.tenant', true), ''));
            CREATE TABLE fenced (operation uuid PRIMARY KEY);
            CREATE TABLE list (key bigint PRIMARY KEY, operations uuid[] NOT NULL) WITH (fillfactor = 50);
            """.formatted(Operation.ACCOUNTS - 1);

    /** The setting in which a contestant may tell of the operation with BEGIN, so that every other one recognises it. */
    public static final String MARK = "proof.operation";

    /** What all accounts have together, always. */
    public static final long TOTAL = 1_000L * Operation.ACCOUNTS;

    private static final String ENTER = "SELECT coalesce(current_setting('proof.tenant', true), ''),"
            + " current_setting('transaction_isolation'), coalesce(current_setting('proof.operation', true), ''),"
            + " set_config('proof.tenant', $1, true)";
    private static final String LOOK_AROUND = "SELECT coalesce(current_setting('proof.tenant', true), ''),"
            + " current_setting('transaction_isolation'), coalesce(current_setting('proof.operation', true), '')";
    private static final String MOVE = "WITH moved AS (UPDATE account SET balance = balance + $1 WHERE id = $2)"
            + " INSERT INTO ledger (operation, account, amount) VALUES ($3, $4, $5)";
    private static final String LOOK = "key, cardinality(operations), md5(array_to_string(operations, ','))";
    private static final String APPEND = "INSERT INTO list AS l (key, operations) VALUES ($1, ARRAY[$2]::uuid[]),"
            + " ($3, ARRAY[$4]::uuid[]) ON CONFLICT (key) DO UPDATE SET operations = l.operations || excluded.operations"
            + " RETURNING " + LOOK;
    private static final String READ_LIST = "SELECT " + LOOK + " FROM list WHERE key = $1";
    private static final String READ_SUM = "SELECT sum(balance)::bigint FROM account WHERE id >= $1";
    private static final String FAIL = "SELECT 1 / (1 - $1::int)";
    private static final String ROWS = "SELECT generate_series(1, $1::int)";
    private static final int STREAMED = 1_000;

    private Script() {}

    /** The work of an operation that is no stream. */
    public static Mono<Void> work(Operation operation, Statements statements, Witness witness) {
        return switch (operation.kind()) {
            case TRANSFER, CANCEL, STREAM -> whole(operation, statements, witness);
            case USER_ERROR -> whole(operation, statements, witness).then(failure(operation, statements));
            case SAVEPOINT ->
                enter(operation, statements, witness)
                        .then(statements.undone(inner -> moves(operation, inner)))
                        .then(moves(operation, statements))
                        .then(append(operation, statements, witness));
            case READ -> read(operation, statements, witness);
        };
    }

    /** The work of a stream, which its reader leaves before its end. */
    public static Flux<Long> stream(Operation operation, Statements statements, Witness witness) {
        return whole(operation, statements, witness)
                .thenMany(statements.query(ROWS, 1, STREAMED).map(row -> number(row.get(0))));
    }

    private static Mono<Void> whole(Operation operation, Statements statements, Witness witness) {
        return enter(operation, statements, witness)
                .then(moves(operation, statements))
                .then(append(operation, statements, witness));
    }

    /** No tenant may be there already, and no transaction; then the tenant is this one's, if it has one, until the end. */
    private static Mono<Void> enter(Operation operation, Statements statements, Witness witness) {
        Flux<List<Object>> entering = operation.isOfTenant()
                ? statements.query(ENTER, 3, operation.tenant())
                : statements.query(LOOK_AROUND, 3);
        return entering.doOnSubscribe(begun -> witness.begin())
                .doOnNext(row -> {
                    if (!"".equals(row.get(0))) {
                        witness.alarm("the tenant of somebody else was there: " + row.get(0));
                    }
                    if (!row.get(1).equals(operation.serializable() ? "serializable" : "read committed")) {
                        witness.alarm("the transaction of somebody else was there, at " + row.get(1));
                    }
                    if (!"".equals(row.get(2))
                            && !row.get(2).equals(operation.id().toString())) {
                        witness.alarm("the transaction of somebody else was there, that of " + row.get(2));
                    }
                })
                .then();
    }

    private static Mono<Void> moves(Operation operation, Statements statements) {
        return move(operation, statements, operation.from(), -operation.amount())
                .then(move(operation, statements, operation.to(), operation.amount()));
    }

    private static Mono<Void> move(Operation operation, Statements statements, int account, int amount) {
        return statements.update(MOVE, amount, account, operation.id(), account, amount);
    }

    private static Mono<Void> append(Operation operation, Statements statements, Witness witness) {
        return statements
                .query(
                        APPEND,
                        3,
                        operation.list(operation.from()),
                        operation.id(),
                        operation.list(operation.to()),
                        operation.id())
                .doOnNext(row -> witness.see(seen(row)))
                .then();
    }

    private static Mono<Void> failure(Operation operation, Statements statements) {
        Mono<Void> failing = statements.query(FAIL, 1, 1).then();
        return switch (operation.variant()) {
            case 0 -> Mono.error(PlannedError::new);
            case 1 -> failing;
            default -> failing.onErrorComplete();
        };
    }

    private static Mono<Void> read(Operation operation, Statements statements, Witness witness) {
        return statements
                .query(READ_SUM, 1, 0)
                .doOnSubscribe(begun -> witness.begin())
                .doOnNext(row -> {
                    if (number(row.get(0)) != TOTAL) {
                        witness.alarm("all accounts had " + row.get(0) + " together, not " + TOTAL);
                    }
                })
                .thenMany(Flux.just(operation.from(), operation.to())
                        .concatMap(account -> statements.query(READ_LIST, 3, operation.list(account))))
                .doOnNext(row -> witness.see(seen(row)))
                .then();
    }

    private static Seen seen(List<Object> row) {
        return new Seen(number(row.get(0)), (int) number(row.get(1)), (String) row.get(2));
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }
}
