package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What a pool does when connections are lost, cannot be opened, or find no room. */
class RecoveryTest {

    private static final int SIZE = 10;
    private static final Duration TURN = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofMillis(50);

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();
    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final List<String> heard = new ArrayList<>();
    private final ConnectionSource source = new ConnectionSource(
            database,
            connection -> Mono.empty(),
            new ScriptedDialect().classified((phase, error) -> FailureClass.OUTAGE),
            PoolOptions.defaults().maxSize(SIZE).createTimeout(LIMIT).aliveWindow(Duration.ofHours(1)),
            new ConnectObserver() {
                @Override
                public void opened(long nanos) {
                    heard.add("opened after " + Duration.ofNanos(nanos).toMillis() + " ms");
                }

                @Override
                public void failed(long nanos, Throwable error) {
                    heard.add("failed after " + Duration.ofNanos(nanos).toMillis() + " ms: " + error.getMessage());
                }
            },
            clock,
            () -> clock.now(TimeUnit.NANOSECONDS));

    @AfterEach
    void resetClock() {
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    private List<Borrower> borrow(int count) {
        List<Borrower> borrowers =
                IntStream.range(0, count).mapToObj(any -> Borrower.of(source)).toList();
        clock.advanceTime();
        return borrowers;
    }

    private void giveBack(List<Borrower> borrowers) {
        borrowers.forEach(borrower -> {
            borrower.lease().answered();
            borrower.lease().release().block();
        });
        clock.advanceTimeBy(Duration.ofMillis(1));
    }

    private static long served(List<Borrower> borrowers) {
        return borrowers.stream()
                .filter(borrower -> !borrower.leases().isEmpty())
                .count();
    }

    /** One backend that was ended says little about the others: they are asked, which costs nothing, and kept. */
    @Test
    void afterALossTheOthersMustBeAskedAndKept() {
        List<Borrower> both = borrow(2);
        giveBack(both.subList(0, 1));
        database.connection(1).lose();
        both.get(1).lease().destroy().block();

        Borrower next = borrow(1).get(0);
        assertThat(next.lease().isFresh()).isFalse();
        assertThat(next.lease().connection()).isSameAs(database.connection(0));
        giveBack(List.of(next));
        assertThat(borrow(1).get(0).lease().isFresh()).isTrue();
        assertThat(database.opened()).isEqualTo(2);
    }

    /** As by somebody who was cancelled before he had sent anything. */
    @Test
    void whoGivesOneBackUnusedMustNotVouchForIt() {
        List<Borrower> both = borrow(2);
        giveBack(both.subList(0, 1));
        database.connection(1).lose();
        both.get(1).lease().destroy().block();
        borrow(1).get(0).lease().release().block();
        clock.advanceTimeBy(Duration.ofMillis(1));

        Borrower next = borrow(1).get(0);
        assertThat(next.lease().connection()).isSameAs(database.connection(0));
        assertThat(next.lease().isFresh()).isFalse();
        next.lease().answered();
        assertThat(next.lease().isFresh()).isTrue();
    }

    @Test
    void whatIsClosedHereMustSayNothingOfTheOthers() {
        List<Borrower> both = borrow(2);
        giveBack(both.subList(0, 1));
        both.get(1).lease().destroy().block();

        assertThat(borrow(1).get(0).lease().isFresh()).isTrue();
    }

    /** So that everybody who has lost all connections in the same moment does not come back in the same moment. */
    @Test
    void whenAllWereLostTheyMustComeBackOneByOne() {
        giveBack(borrow(SIZE));
        clock.advanceTimeBy(Duration.ofSeconds(10));
        for (int i = 0; i < SIZE; i++) {
            database.connection(i).lose();
        }

        List<Borrower> waiting = borrow(SIZE);
        assertThat(served(waiting)).isEqualTo(1);
        clock.advanceTimeBy(TURN.multipliedBy(5));
        assertThat(served(waiting)).isBetween(5L, 6L);
        clock.advanceTimeBy(TURN.multipliedBy(5));
        assertThat(served(waiting)).isEqualTo(SIZE);
    }

    @Test
    void whatIsDestroyedHereMustBeReplacedAtOnceHoweverOften() {
        for (int i = 0; i < 10 * SIZE; i++) {
            borrow(1).get(0).lease().destroy().block();
        }
        assertThat(database.opened()).isEqualTo(10 * SIZE);
    }

    @Test
    void theWaitForATurnMustCountAsNobodysTimeToConnect() {
        source.distrustIdle();
        List<Borrower> borrowers = borrow(3);
        clock.advanceTimeBy(TURN.multipliedBy(3));

        assertThat(served(borrowers)).isEqualTo(3);
        assertThat(heard).containsExactly("opened after 0 ms", "opened after 0 ms", "opened after 0 ms");
    }

    @Test
    void anOutageMustBeTriedOneByOneForHoweverLong() {
        database.fails("CONNECT", () -> new R2dbcTransientResourceException("starting up", "57P03"));
        borrow(SIZE);
        clock.advanceTimeBy(Duration.ofSeconds(10));
        long tried = database.count("CONNECT");
        assertThat(tried).isEqualTo(SIZE); // each borrower's, none of them twice
        borrow(SIZE);
        assertThat(database.count("CONNECT") - tried).isEqualTo(1);
    }

    @Test
    void aCloseMustEndTheWaitForATurn() {
        source.distrustIdle();
        List<Borrower> borrowers = borrow(2);
        giveBack(borrowers.subList(0, 1));

        StepVerifier.create(source.close())
                .then(() -> clock.advanceTimeBy(Duration.ofMillis(2)))
                .verifyComplete();
        assertThat(borrowers.get(1).error()).hasMessageContaining("the pool was closed");
        assertThat(database.opened()).isEqualTo(1);
    }

    private List<Borrower> whenThereIsRoomForTwo(int more) {
        List<Borrower> served = borrow(2);
        database.fails("CONNECT", () -> new R2dbcNonTransientResourceException("too many clients", "53300"));
        Borrower refused = borrow(1).get(0);
        assertThat(refused.error()).hasMessageContaining("too many clients");
        List<Borrower> waiting = borrow(more);
        giveBack(served);
        return waiting;
    }

    @Test
    void whoFindsNoRoomMustWaitForWhoIsDone() {
        List<Borrower> waiting = whenThereIsRoomForTwo(2);

        waiting.forEach(Borrower::lease);
        assertThat(database.count("CONNECT")).isEqualTo(3);
        assertThat(source.status().allocated()).isEqualTo(2);
    }

    @Test
    void whoWaitsForRoomMustBeServedWhenThereIsSomeAgain() {
        List<Borrower> waiting = whenThereIsRoomForTwo(6);
        assertThat(served(waiting)).isEqualTo(2);
        database.recovers("CONNECT");
        clock.advanceTimeBy(Duration.ofMillis(998));
        assertThat(served(waiting)).isEqualTo(2);
        clock.advanceTimeBy(Duration.ofMillis(1));

        assertThat(served(waiting)).isEqualTo(6);
        assertThat(source.status().allocated()).isEqualTo(6);
        assertThat(source.status().pending()).isZero();
    }

    /** Those that are open lead to where somebody answers. */
    @Test
    void whenThereIsNoRoomTheOthersMustStayTrusted() {
        List<Borrower> waiting = whenThereIsRoomForTwo(1);
        assertThat(waiting.get(0).lease().isFresh()).isTrue();
    }

    @Test
    void whoHasWaitedInVainForRoomMustHearThatThereIsNone() {
        whenThereIsRoomForTwo(3);
        assertThat(source.timedOut("transfer"))
                .isInstanceOfSatisfying(
                        DatabaseUnavailableException.class,
                        full -> assertThat(full.kind()).isEqualTo(FailureKind.SATURATED))
                .hasMessageContaining("(max 10, in use 2, waiting 1;")
                .hasMessageContaining("The database has no room for another connection; raise its limit, or lower"
                        + " maxSize here or elsewhere.");
    }
}
