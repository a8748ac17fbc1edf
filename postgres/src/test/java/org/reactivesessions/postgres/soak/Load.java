package org.reactivesessions.postgres.soak;

import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.postgres.soak.Journal.Told;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The callers, each of whom does one thing after another until they are told to stop. Thread-safe. */
final class Load {

    /** Nobody may wait for longer than the sum of all limits an operation has; see {@link Scene#sessions}. */
    static final Duration LONGEST = Duration.ofSeconds(30);

    private static final Duration WHOLE = Duration.ofSeconds(5);
    private static final TransactionOptions TRANSFER = TransactionOptions.defaults()
            .named("transfer")
            .timeout(WHOLE)
            .lockTimeout(Duration.ofMillis(500))
            .verification(CommitVerification.marker().within(Duration.ofSeconds(10)));
    private static final TransactionOptions READ =
            TransactionOptions.defaults().named("read").timeout(WHOLE).readOnly();
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final int MOST_MICROS = 5_000;
    private static final int PAUSE_MILLIS = 20;
    private static final int MORE_MILLIS = 60;

    private final ReactiveSessions sessions;
    private final Journal journal;
    private final int callers;
    private final long seed;
    private final Map<String, AtomicLong> ends = new ConcurrentHashMap<>();
    private final Map<String, String> examples = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable String> wrongRead = new AtomicReference<>();
    private final AtomicLong longestNanos = new AtomicLong();
    private volatile boolean stopped;
    private volatile boolean calm;
    private final Map<String, AtomicLong> calmErrors = new ConcurrentHashMap<>();

    Load(ReactiveSessions sessions, Journal journal, int callers, long seed) {
        this.sessions = sessions;
        this.journal = journal;
        this.callers = callers;
        this.seed = seed;
    }

    /** Completes when all callers have stopped. */
    Mono<Void> run() {
        return Flux.fromStream(IntStream.range(0, callers).mapToObj(this::caller))
                .flatMap(caller -> caller, callers)
                .then();
    }

    private Mono<Void> caller(int number) {
        Random random = new Random(seed * 1_000 + number);
        return Mono.defer(() -> Mono.delay(Duration.ofMillis(PAUSE_MILLIS + random.nextInt(MORE_MILLIS)))
                        .then(Mono.defer(() -> operation(random))))
                .repeat(() -> !stopped && journal.hasRoom(callers))
                .then();
    }

    private Mono<Void> operation(Random random) {
        long since = System.nanoTime();
        int dice = random.nextInt(100);
        Mono<Void> work;
        if (dice < 50) {
            work = transfer(random);
        } else if (dice < 60) {
            work = failing(random);
        } else if (dice < 70) {
            work = nested(random);
        } else if (dice < 80) {
            work = streamed(random);
        } else if (dice < 90) {
            work = cancelled(random);
        } else {
            work = read();
        }
        return work.doFinally(end -> longestNanos.accumulateAndGet(System.nanoTime() - since, Math::max));
    }

    // ---------------------------------------------------------------- what there is to do

    private Mono<Void> transfer(Random random) {
        Move move = new Move(journal.begin(), random);
        return told(move.operation, Told.COMMITTED, sessions.withTransaction(TRANSFER, move::all));
    }

    private Mono<Void> failing(Random random) {
        Move move = new Move(journal.begin(), random);
        return told(
                move.operation,
                Told.NOTHING,
                sessions.withTransaction(TRANSFER, session -> move.all(session).then(Mono.error(new MyFailure()))));
    }

    /** What the inner scope writes would be a third row. */
    private Mono<Void> nested(Random random) {
        Move move = new Move(journal.begin(), random);
        return told(
                move.operation,
                Told.COMMITTED,
                sessions.withTransaction(
                        TRANSFER,
                        session -> session.nested(inner -> move.all(inner).then(Mono.<Long>error(new MyFailure())))
                                .onErrorResume(MyFailure.class, mine -> Mono.just(0L))
                                .then(Mono.defer(() -> move.all(session)))));
    }

    /** Some rows are taken of many, which is a cancel, and so a rollback. */
    private Mono<Void> streamed(Random random) {
        Move move = new Move(journal.begin(), random);
        return told(
                move.operation,
                Told.ABSENT,
                sessions.withTransactionMany(
                                TRANSFER,
                                session -> move.all(session)
                                        .thenMany(session.sql("SELECT generate_series(1, 10000)")
                                                .all(row -> row.get(0, Integer.class))))
                        .take(10)
                        .count());
    }

    private Mono<Void> cancelled(Random random) {
        Move move = new Move(journal.begin(), random);
        journal.tell(move.operation, Told.LEFT);
        return Mono.firstWithSignal(
                told(move.operation, Told.COMMITTED, sessions.withTransaction(TRANSFER, move::all)),
                Mono.delay(Duration.ofNanos(1_000L * random.nextInt(MOST_MICROS)))
                        .then());
    }

    /** One statement sees all transfers or none of each. */
    private Mono<Void> read() {
        return ended(sessions.withTransaction(
                        READ,
                        session -> session.sql("SELECT sum(balance)::int FROM account WHERE id >= $1", 0)
                                .one(row -> row.get(0, Integer.class)))
                .doOnNext(sum -> {
                    if (sum != Ledger.TOTAL) {
                        wrongRead.compareAndSet(null, "a read saw " + sum + " in all accounts, not " + Ledger.TOTAL);
                    }
                }));
    }

    /** A transfer: of one of its two accounts first that of the lower number, so that no two wait for each other. */
    private static final class Move {

        final int operation;
        private final int from;
        private final int to;
        private final int amount;

        Move(int operation, Random random) {
            this.operation = operation;
            this.from = random.nextInt(Ledger.ACCOUNTS - 1);
            this.to = from + 1 + random.nextInt(Ledger.ACCOUNTS - from - 1);
            this.amount = random.nextInt(21) - 10;
        }

        Mono<Long> all(Session session) {
            return step(session, from, -amount).then(step(session, to, amount));
        }

        private Mono<Long> step(Session session, int account, int change) {
            return session.sql("UPDATE account SET balance = balance + " + change + " WHERE id = " + account)
                    .rowsUpdated()
                    .then(session.sql("INSERT INTO ledger VALUES (" + operation + ", " + account + ", " + change + ")")
                            .rowsUpdated());
        }
    }

    // ---------------------------------------------------------------- what is told

    private Mono<Void> told(int operation, Told onSuccess, Mono<?> transaction) {
        return ended(transaction
                .doOnSuccess(value -> journal.tell(operation, onSuccess))
                .doOnError(error -> journal.tell(
                        operation, error instanceof CommitOutcomeUnknownException ? Told.IN_DOUBT : Told.ABSENT)));
    }

    private Mono<Void> ended(Mono<?> work) {
        return work.doOnSuccess(value -> count(ends, "completed"))
                .doOnCancel(() -> count(ends, "cancelled"))
                .doOnError(error -> {
                    String name = error.getClass().getSimpleName();
                    count(ends, name);
                    examples.putIfAbsent(
                            name,
                            String.valueOf(error.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse(""));
                    if (calm && !isOfOthers(error)) {
                        count(calmErrors, name + ": " + error.getMessage());
                    }
                })
                .onErrorComplete()
                .then();
    }

    /** What callers do to each other, also without any fault. */
    private static boolean isOfOthers(Throwable error) {
        return error instanceof MyFailure
                || (error instanceof R2dbcException known && LOCK_NOT_AVAILABLE.equals(known.getSqlState()));
    }

    private static void count(Map<String, AtomicLong> to, String what) {
        to.computeIfAbsent(what, none -> new AtomicLong()).incrementAndGet();
    }

    /** The error of a function, planned. */
    private static final class MyFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MyFailure() {
            super("mine", null, true, false);
        }
    }

    // ---------------------------------------------------------------- what became of it

    void stop() {
        stopped = true;
    }

    /** From now on no error is expected, but those of the functions themselves. */
    void expectCalm() {
        calm = true;
    }

    Map<String, AtomicLong> calmErrors() {
        return new TreeMap<>(calmErrors);
    }

    /** How often operations ended how, by the type of the error. */
    Map<String, AtomicLong> ends() {
        return new TreeMap<>(ends);
    }

    /** The message of the first error of a type, empty for what is none. */
    String example(String end) {
        return examples.getOrDefault(end, "");
    }

    /** {@code null} if no read saw a part of a transfer. */
    @Nullable
    String wrongRead() {
        return wrongRead.get();
    }

    Duration longest() {
        return Duration.ofNanos(longestNanos.get());
    }
}
