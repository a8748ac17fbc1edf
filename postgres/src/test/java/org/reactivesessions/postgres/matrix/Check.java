package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.hygiene.Secrets;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.ServerCensus;
import reactor.core.publisher.Flux;
import reactor.util.retry.Retry;

/** The questions whose answers are the {@link Invariant}s, one or two for each; it remembers which were asked. */
final class Check {

    private static final Duration TOLERANCE = Duration.ofMillis(250);
    private static final Duration RECOVERY = Duration.ofSeconds(10);
    private static final String OF_HEALTH = "SELECT pg_catalog.pg_is_in_recovery()";

    /** What a borrower can leave to the next one, and whether that one is in somebody else's transaction. */
    private static final String RESIDUE = "SELECT concat_ws(' | ', 'alone ' || (now() = statement_timestamp()),"
            + " session_user, current_user,"
            + " (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'),"
            + " (SELECT count(*) FROM pg_listening_channels()),"
            + " (SELECT count(*) FROM pg_cursors WHERE name <> ''),"
            + " (SELECT count(*) FROM pg_prepared_statements WHERE from_sql),"
            + " (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()),"
            + " nullif(current_setting('app.tenant', true), ''),"
            + " (SELECT string_agg(name || '=' || setting, ',' ORDER BY name) FROM pg_settings"
            + " WHERE source = 'session'))";

    private final ServerFixture fixture;
    private final Set<Invariant> checked = EnumSet.noneOf(Invariant.class);
    private final String clean;

    /** Looks at a connection that nobody has used, for comparison. */
    Check(ServerFixture fixture) {
        this.fixture = fixture;
        this.clean = residue();
        Pulse.lateSince(System.nanoTime()); // starts it
    }

    Set<Invariant> checked() {
        return checked;
    }

    /** Waits until the subscriber, if it has stayed, has heard the end, and nothing is left to be cleaned up. */
    private void settle(Operation operation) {
        if (!operation.hasLeft()) {
            operation.await();
        }
        fixture.quiesce();
    }

    /** I1: success was heard, by subscriber or listener, only if the effect is there. */
    void acknowledgedOnlyIfDurable(Operation operation) {
        checked.add(Invariant.I1);
        settle(operation);
        boolean success = operation.isCompleted() && !operation.hasLeft();
        boolean committed =
                operation.events().stream().anyMatch(event -> event.outcome() == TransactionOutcome.COMMITTED);
        if (success || committed) {
            assertThat(operation.effects())
                    .as("effects of what was acknowledged")
                    .isPositive();
        }
        assertThat(success).as("success heard by the subscriber").isEqualTo(committed && !operation.hasLeft());
    }

    /** I2: no effect, and no session is left that could still bring one about. */
    void nothingDurable(Operation operation) {
        checked.add(Invariant.I2);
        settle(operation);
        ServerCensus.await(
                fixture.database(),
                ServerFixture.PATIENCE,
                now -> now.sessions().stream()
                        .filter(Check::isOfPool)
                        .allMatch(session -> session.state().equals("idle")));
        assertThat(operation.effects()).as("effects").isZero();
    }

    /** I2: nothing is left of what a nested scope has done, and all of what was done around it. */
    void undone(Operation nested, Operation around) {
        checked.add(Invariant.I2);
        settle(around);
        assertThat(nested.effects()).as("effects of the nested scope").isZero();
        assertThat(around.effects()).as("effects around it").isEqualTo(1);
    }

    /** I3: the listener has heard this outcome once, and the subscriber, if it has stayed, an end that says the same. */
    void verdict(Operation operation, TransactionOutcome outcome) {
        checked.add(Invariant.I3);
        settle(operation);
        assertThat(operation.events()).as("ends heard by the listener").hasSize(1);
        ServerFixture.Ended event = operation.events().get(0);
        assertThat(event.outcome()).isEqualTo(outcome);
        assertThat(event.error() instanceof CommitOutcomeUnknownException)
                .as("in doubt, says the error")
                .isEqualTo(outcome == TransactionOutcome.IN_DOUBT);
        if (!operation.hasLeft()) {
            assertThat(operation.error()).isSameAs(event.error());
            assertThat(operation.isCompleted()).isEqualTo(outcome == TransactionOutcome.COMMITTED);
        }
    }

    /** I2: if the listener has heard that it was undone, it has no effect, and none can come. */
    void undoneOnlyIfAbsent(Operation operation) {
        checked.add(Invariant.I2);
        settle(operation);
        if (operation.events().stream()
                .anyMatch(event -> event.outcome() == TransactionOutcome.ROLLED_BACK
                        || event.outcome() == TransactionOutcome.NOT_STARTED)) {
            nothingDurable(operation);
        }
    }

    /** I3, I5: every operation of a process of its own was told something, and what it was told is there twice, or not at all. */
    void toldTheTruth(List<String> told) {
        checked.add(Invariant.I3);
        checked.add(Invariant.I5);
        assertThat(told.stream().map(line -> line.replaceAll("\\D", "")))
                .as("operations that have heard an end")
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, told.size())
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(fixture.number(
                        "SELECT count(*) FROM (SELECT FROM effect GROUP BY operation HAVING count(*) <> 2) AS s"))
                .as("half transactions")
                .isZero();
        Set<String> there =
                Set.of(fixture.text("SELECT coalesce(string_agg(DISTINCT operation::text, ' '), '') FROM effect")
                        .split(" "));
        assertThat(told)
                .filteredOn(line -> !line.startsWith(PausedWorker.IN_DOUBT))
                .allSatisfy(line -> assertThat(there.contains(line.replaceAll("\\D", "")))
                        .as(line)
                        .isEqualTo(line.startsWith(PausedWorker.COMMITTED)));
    }

    /** I4: one effect at most; one call of the function, and one more for each attempt that was followed by another. */
    void appliedAtMostOnce(Operation operation) {
        checked.add(Invariant.I4);
        settle(operation);
        assertThat(operation.calls())
                .as("calls of the function")
                .isLessThanOrEqualTo(1 + operation.repeats().size());
        assertThat(operation.effects()).as("effects").isLessThanOrEqualTo(1);
    }

    /** I5: the subscriber heard the end in time. */
    void heardWithin(Duration limit, Operation operation) {
        operation.await();
        within("the end heard by the subscriber", limit, operation.startedAt(), operation.endedAt());
    }

    /** I5: the place in the pool is free in time. */
    void placeBackWithin(Duration limit, long sinceNanos) {
        Patience.until("a place is not free", () -> {
            PoolStatus pool = fixture.sessions().poolStatus();
            return pool.acquired() == 0 && pool.allocated() == pool.idle(); // what is destroyed still has its place
        });
        within("the place in the pool", limit, sinceNanos, System.nanoTime());
    }

    /** I5: a connection that was given up is closed in time, on this side too. */
    void closedWithin(Duration limit, long sinceNanos) {
        Patience.until("a connection was left open", () -> fixture.proxy().links() == 0);
        within("the close of what was given up", limit, sinceNanos, System.nanoTime());
    }

    private void within(String what, Duration limit, long sinceNanos, long untilNanos) {
        checked.add(Invariant.I5);
        Duration late = Pulse.lateSince(sinceNanos);
        assertThat(Duration.ofNanos(untilNanos - sinceNanos))
                .as("%s, on a machine that was late by %s", what, late)
                .isLessThanOrEqualTo(limit.plus(TOLERANCE).plus(late));
    }

    /** I6: every place is free, and the server has the sessions the pool knows of. */
    void poolIsWhole() {
        checked.add(Invariant.I6);
        fixture.quiesce();
        PoolStatus pool = fixture.sessions().poolStatus();
        assertThat(List.of(pool.acquired(), pool.pending()))
                .as("in use, waiting")
                .containsExactly(0, 0);
        assertThat(pool.allocated()).isLessThanOrEqualTo(pool.maxSize());
        ServerCensus.await(
                fixture.database(),
                RECOVERY,
                now -> now.sessions().stream().filter(Check::isOfPool).count() == pool.allocated());
    }

    /** I6: a process of its own has ended with every place free, and has left no session behind. */
    void poolWasWhole(String figures) {
        checked.add(Invariant.I6);
        assertThat(figures).isEqualTo("acquired 0 pending 0");
        ServerCensus.await(
                fixture.database(),
                RECOVERY,
                now -> now.sessions().stream()
                        .noneMatch(session -> session.applicationName().equals(PausedWorker.NAME)));
    }

    private static boolean isOfPool(ServerCensus.Session session) {
        return !session.query().startsWith(OF_HEALTH);
    }

    /** I7: never more scopes had a connection than there are. */
    void oneOwner(Occupancy occupancy) {
        checked.add(Invariant.I7);
        assertThat(occupancy.most())
                .as("scopes at once")
                .isLessThanOrEqualTo(fixture.sessions().poolStatus().maxSize());
        assertThat(occupancy.now()).as("scopes that have not ended").isZero();
    }

    /** I7: whoever has no connection, or none any more, has sent nothing. */
    void sentNothingMore(Rule statements, int before) {
        checked.add(Invariant.I7);
        assertThat(statements.hits()).as("statements on the wire").isEqualTo(before);
    }

    /** I8: the next borrower finds nothing of anybody, and its own transaction commits. */
    void nextBorrowerIsClean() {
        nextBorrowerIsClean("what the next borrower finds");
    }

    /** I8, where there are several borrowers one after another. */
    void nextBorrowerIsClean(String what) {
        checked.add(Invariant.I8);
        fixture.quiesce();
        assertThat(residue()).as(what).isEqualTo(clean);
        commitsOnce();
    }

    /** What the next borrower finds. */
    String residue() {
        return Objects.requireNonNull(fixture.sessions()
                .withSession(session -> session.sql(RESIDUE).one(row -> row.get(0, String.class)))
                .block(ServerFixture.PATIENCE));
    }

    private void commitsOnce() {
        long before = fixture.number("SELECT count(*) FROM after_fault");
        fixture.sessions()
                .withTransaction(session ->
                        session.sql("INSERT INTO after_fault VALUES (1)").rowsUpdated())
                .block(ServerFixture.PATIENCE);
        assertThat(fixture.number("SELECT count(*) FROM after_fault")).isEqualTo(before + 1);
    }

    /** I9: the subscriber heard one end, or none if it has cancelled, and nothing behind it; the rest is hygiene's. */
    void oneTerminal(Operation operation) {
        checked.add(Invariant.I9);
        settle(operation);
        List<String> signals = operation.signals();
        long ends =
                signals.stream().filter(signal -> !signal.startsWith("value ")).count();
        assertThat(ends).as("ends among " + signals).isEqualTo(operation.isOver() ? 1 : 0);
        assertThat(operation.isOver() || operation.hasLeft())
                .as("heard the end, or has left")
                .isTrue();
        if (operation.isOver()) {
            assertThat(signals.get(signals.size() - 1)).as("last of " + signals).doesNotStartWith("value ");
        }
    }

    /** A fault that took long has opened it; it closes by itself, which is part of the recovery. */
    private static boolean isOfOpenCircuit(Throwable error) {
        return error instanceof DatabaseUnavailableException known && known.kind() == FailureKind.CIRCUIT_OPEN;
    }

    /** I10: what was begun together ends within its window, spread over at least four fifths of it, so that nothing is stormed. */
    void spread(List<Duration> ends, Duration from, Duration window) {
        checked.add(Invariant.I10);
        List<Duration> sorted = ends.stream().sorted().toList();
        Duration first = sorted.get(0);
        Duration last = sorted.get(sorted.size() - 1);
        assertThat(first).as("the first end").isGreaterThanOrEqualTo(from);
        assertThat(last).as("the last end").isLessThanOrEqualTo(from.plus(window));
        assertThat(last.minus(first))
                .as("the spread")
                .isGreaterThanOrEqualTo(window.multipliedBy(4).dividedBy(5));
    }

    /**
     * I10: many transactions at once work, now that the server answers, within 10 s and without a restart, for hardly more
     * connections than the pool has.
     */
    void recovers() {
        checked.add(Invariant.I10);
        fixture.quiesce();
        int offered = 20;
        int places = fixture.sessions().poolStatus().maxSize();
        long opened = fixture.proxy().linksOpened();
        long since = System.nanoTime();
        Flux.range(0, offered)
                .flatMap(one -> fixture.sessions()
                        .withTransaction(session -> session.sql("SELECT 1").one(row -> row.get(0, Integer.class)))
                        .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, Duration.ofMillis(20))
                                .filter(Check::isOfOpenCircuit)))
                .blockLast(ServerFixture.PATIENCE);
        assertThat(Duration.ofNanos(System.nanoTime() - since)).as("recovery").isLessThanOrEqualTo(RECOVERY);
        assertThat(fixture.proxy().linksOpened() - opened)
                .as("connections opened, one for health among them")
                .isLessThanOrEqualTo(places + 1L);
    }

    /** I10: by each moment no more connections were opened than one, and so many in a second, and those for health. */
    void reconnectedOneByOne(List<Duration> opened, int perSecond, int ofHealth) {
        checked.add(Invariant.I10);
        for (int count = 1; count <= opened.size(); count++) {
            double most = 1 + perSecond * opened.get(count - 1).toNanos() / 1e9;
            assertThat((double) count - ofHealth)
                    .as("opened after %s", opened.get(count - 1))
                    .isLessThanOrEqualTo(most);
        }
    }

    /** I10: of the time that the connections had, most was spent on work that came to its end. */
    void keptBusy(Duration worked, Duration had) {
        checked.add(Invariant.I10);
        assertThat(worked)
                .as("work that came to its end, of %s", had)
                .isGreaterThanOrEqualTo(had.multipliedBy(4).dividedBy(5));
    }

    /** I11: an error, its causes and what it suppresses tell no secret; logs and listeners are hygiene's. */
    void keepsSecrets(Operation operation) {
        checked.add(Invariant.I11);
        StringWriter all = new StringWriter();
        Objects.requireNonNull(operation.error()).printStackTrace(new PrintWriter(all));
        keepsSecrets(all.toString());
    }

    /** I11: a text tells no secret. */
    void keepsSecrets(String text) {
        checked.add(Invariant.I11);
        assertThat(Secrets.isIn(text)).as("a secret in what was said").isFalse();
    }

    /** I12: the circuit has opened, for what the database did. */
    void circuitHasOpened() {
        checked.add(Invariant.I12);
        assertThat(fixture.circuit()).startsWith(BreakerState.OPEN);
    }

    /** I12: the circuit has not changed, because the database did nothing wrong. */
    void circuitHasStayedClosed() {
        checked.add(Invariant.I12);
        assertThat(fixture.circuit()).isEmpty();
    }
}
