package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.ConnectionEnd;
import org.reactivesessions.observation.ConnectionFigures;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Of every connection it is told once that it was opened, and once why it was closed. */
class ConnectionEndTest {

    private static final Duration LIMIT = Duration.ofMillis(500);
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Duration LIFE = Duration.ofMinutes(30);

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();
    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private volatile Mono<Void> preparation = Mono.empty();
    private final ConnectionSource source = new ConnectionSource(
            database,
            connection -> preparation,
            new ScriptedDialect(),
            PoolOptions.defaults()
                    .maxSize(4)
                    .createTimeout(LIMIT)
                    .maxIdleTime(IDLE)
                    .maxLifeTime(LIFE)
                    .aliveWindow(Duration.ofHours(10)),
            ConnectObserver.none(),
            new Hearing(),
            clock,
            () -> clock.now(TimeUnit.NANOSECONDS));

    private final class Hearing implements SessionListener {

        @Override
        public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
            throw new AssertionError("there are no transactions");
        }

        @Override
        public void connectionOpened(Duration took) {
            heard.add("opened after " + took.toMillis() + " ms");
        }

        @Override
        public void connectionRefused(Duration took, Throwable error) {
            heard.add("refused after " + took.toMillis() + " ms: " + error.getMessage());
        }

        @Override
        public void connectionClosed(ConnectionEnd why) {
            heard.add(why.name());
            throw new IllegalStateException("a listener that throws");
        }
    }

    @AfterEach
    void closeAll() {
        assertAllKnown();
        source.close().subscribe();
        clock.advanceTimeBy(Duration.ofMinutes(1));
        assertAllKnown();
        assertThat(source.status().allocated()).isZero();
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    /** What was opened and not closed is there. */
    private void assertAllKnown() {
        ConnectionFigures figures = source.figures();
        assertThat(figures.opened() - figures.allClosed())
                .isEqualTo(source.status().allocated());
        assertThat(heard.stream().filter(line -> line.startsWith("opened")).count())
                .isEqualTo(figures.opened());
        assertThat(heard.stream().filter(line -> line.startsWith("refused")).count())
                .isEqualTo(figures.refused());
        for (ConnectionEnd end : ConnectionEnd.values()) {
            assertThat(heard.stream().filter(end.name()::equals).count()).isEqualTo(figures.closed(end));
        }
    }

    private Borrower borrow() {
        Borrower borrower = Borrower.of(source);
        clock.advanceTime();
        return borrower;
    }

    private void giveBack(Borrower borrower) {
        borrower.lease().release().block();
        clock.advanceTimeBy(Duration.ofMillis(1));
    }

    private void openIdle() {
        giveBack(borrow());
        assertThat(heard).containsExactly("opened after 0 ms");
        heard.clear();
        clock.advanceTimeBy(Duration.ofMillis(1));
    }

    private void assertEnd(ConnectionEnd why) {
        assertThat(heard).containsExactly(why.name());
        heard.add("opened once before"); // which was heard before the list was cleared
    }

    @Test
    void whoLiesIdleForTooLongMustBeIdle() {
        openIdle();
        clock.advanceTimeBy(IDLE.plusMinutes(1));
        assertEnd(ConnectionEnd.IDLE);
    }

    @Test
    void whoIsTooOldWhenItIsGivenBackMustBeAged() {
        Borrower borrower = borrow();
        heard.clear();
        clock.advanceTimeBy(LIFE.multipliedBy(2));
        giveBack(borrower);
        assertEnd(ConnectionEnd.AGED);
    }

    @Test
    void whatTheServerHasClosedMustBeLost() {
        openIdle();
        database.connection(0).lose();
        clock.advanceTimeBy(Duration.ofMinutes(1));
        assertEnd(ConnectionEnd.LOST);
    }

    @Test
    void whatIsLostInTheHandsOfSomebodyMustBeLostAlsoIfHeGivesItUp() {
        Borrower borrower = borrow();
        heard.clear();
        database.connection(0).lose();
        borrower.lease().destroy().block();
        assertEnd(ConnectionEnd.LOST);
    }

    @Test
    void whatIsNotTrustedAnyMoreMustBeDistrusted() {
        openIdle();
        source.distrustIdle();
        clock.advanceTimeBy(Duration.ofMinutes(1));
        assertEnd(ConnectionEnd.DISTRUSTED);
    }

    @Test
    void whatIsNotToBeKeptMustBeDistrusted() {
        openIdle();
        source.renew();
        clock.advanceTimeBy(Duration.ofMinutes(1));
        assertEnd(ConnectionEnd.DISTRUSTED);
    }

    @Test
    void whatLeadsToADatabaseThatTakesNoWritesMustBeDistrusted() {
        Borrower borrower = borrow();
        heard.clear();
        clock.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(borrower.lease().demoted()).isTrue();
        giveBack(borrower);
        assertEnd(ConnectionEnd.DISTRUSTED);
    }

    @Test
    void whatIsGivenUpMustBeUncertain() {
        Borrower borrower = borrow();
        heard.clear();
        borrower.lease().destroy().block();
        assertEnd(ConnectionEnd.UNCERTAIN);
    }

    @Test
    void whatComesBackInsideATransactionMustBeUncertain() {
        Borrower borrower = borrow();
        heard.clear();
        database.connection(0).inTransaction(true);
        giveBack(borrower);
        assertEnd(ConnectionEnd.UNCERTAIN);
    }

    @Test
    void whatIsClosedWithThePoolMustBeClosedWhoeverHasIt() {
        openIdle();
        Borrower borrower = borrow();
        Borrower second = borrow();
        giveBack(borrower);
        heard.clear();
        StepVerifier.create(source.close())
                .then(() -> clock.advanceTimeBy(Duration.ofMinutes(1)))
                .verifyComplete();

        assertThat(second.lease().isOpen()).isFalse();
        assertThat(heard).containsExactly("CLOSED", "CLOSED");
        second.lease().release().block();
        assertThat(heard).hasSize(2);
        heard.addAll(List.of("opened once before", "opened another one before"));
    }

    @Test
    void whatCannotBeOpenedMustBeRefusedAndNeitherOpenedNorClosed() {
        database.fails("CONNECT", () -> new R2dbcNonTransientResourceException("no"));
        borrow();
        assertThat(heard).containsExactly("refused after 0 ms: no");
    }

    @Test
    void whatIsNotPreparedInTimeMustBeRefusedAndNeitherOpenedNorClosed() {
        preparation = Mono.never();
        borrow();
        clock.advanceTimeBy(LIMIT);

        assertThat(heard)
                .singleElement()
                .asString()
                .startsWith("refused after 500 ms: the connection was not opened within 500 ms");
        assertThat(database.count("CLOSE")).isEqualTo(1);
    }

    /** It was opened too late for whoever waited, or closed before it could be told of. */
    @Test
    void whatThePoolNeverGotMustBeToldOfNeitherWay() {
        ConnectionBook book = new ConnectionBook(new Hearing());
        database.create().subscribe();
        PhysicalConnection connection = new PhysicalConnection(
                database.connection(0), false, null, (closed, close) -> close, 0, LIFE, () -> 0L);
        book.closed(connection, ConnectionEnd.LOST);
        book.opened(connection, 0);
        book.closed(connection, ConnectionEnd.LOST);

        assertThat(heard).isEmpty();
        assertThat(book.figures()).returns(0L, ConnectionFigures::opened).returns(0L, ConnectionFigures::allClosed);
    }

    @Test
    void theTimeToOpenMustEndWhenItIsPrepared() {
        Sinks.Empty<Void> prepared = Sinks.empty();
        preparation = prepared.asMono();
        Borrower borrower = borrow();
        clock.advanceTimeBy(Duration.ofMillis(70));
        assertThat(heard).isEmpty();
        prepared.tryEmitEmpty();

        assertThat(heard).containsExactly("opened after 70 ms");
        giveBack(borrower);
    }

    @Test
    void afterAnythingThatCanHappenAllMustBeKnown() {
        Random random = new Random(9);
        List<Borrower> out = new ArrayList<>();
        IntStream.range(0, 2_000).forEach(step -> {
            database.recovers("CONNECT");
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> {
                    if (random.nextInt(10) == 0) {
                        database.fails("CONNECT", () -> new R2dbcNonTransientResourceException("no"));
                    }
                    if (out.size() < 4) {
                        Borrower borrower = borrow();
                        clock.advanceTimeBy(Duration.ofSeconds(2)); // for a turn to connect
                        if (borrower.errors().isEmpty()) {
                            out.add(borrower);
                        }
                    }
                }
                case 3, 4 -> {
                    if (!out.isEmpty()) {
                        giveBack(out.remove(random.nextInt(out.size())));
                    }
                }
                case 5 -> {
                    if (!out.isEmpty()) {
                        out.remove(random.nextInt(out.size())).lease().destroy().block();
                    }
                }
                case 6 -> {
                    if (database.opened() > 0) {
                        database.connection(random.nextInt(database.opened())).lose();
                    }
                }
                case 7 -> clock.advanceTimeBy(Duration.ofMinutes(random.nextInt(8)));
                default -> source.distrustIdle();
            }
            assertThat(source.status().pending()).isZero();
            assertAllKnown();
        });
        out.forEach(this::giveBack);
        assertThat(source.figures().closed().values())
                .filteredOn(count -> count > 0)
                .hasSize(5);
    }
}
