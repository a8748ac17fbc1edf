package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcBadGrammarException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What is done with a connection before anybody gets it. */
class PreparationTest {

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();
    private final ScriptedDatabase database = ScriptedDatabase.plain();

    @AfterEach
    void resetClock() {
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    private ConnectionSource source(Function<Connection, Publisher<Void>> preparation) {
        return new ConnectionSource(
                database,
                preparation,
                new StandardDialect(),
                PoolOptions.defaults().maxSize(1),
                ConnectObserver.none(),
                clock,
                System::nanoTime);
    }

    private static Mono<Void> run(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result -> result.getRowsUpdated())
                .then();
    }

    @Test
    void itMustEndBeforeTheBorrowerHears() {
        database.hold("SET");
        Borrower borrower = Borrower.of(source(connection -> run(connection, "SET")));
        assertThat(borrower.leases()).isEmpty();
        database.last("SET").complete();

        assertThat(borrower.leases()).hasSize(1);
    }

    @Test
    void itMustHappenOncePerConnection() {
        ConnectionSource source = source(connection -> run(connection, "SET"));
        for (int i = 0; i < 3; i++) {
            Borrower.of(source).leases().get(0).release().block();
        }

        assertThat(database.wire()).containsExactly("SET");
    }

    /** What a reset takes away is what it has set, among other things. */
    @Test
    void itMustHappenAgainAfterAReset() {
        ConnectionSource source = new ConnectionSource(
                database,
                connection -> run(connection, "SET"),
                new ScriptedDialect().sessionReset(connection -> run(connection, "RESET")),
                PoolOptions.defaults().maxSize(1),
                ConnectObserver.none(),
                clock,
                System::nanoTime);
        Lease lease = Borrower.of(source).leases().get(0);
        lease.reset().block();
        assertThat(database.wire()).containsExactly("SET", "RESET", "SET");

        database.fails("SET", () -> new IllegalStateException("no"));
        assertThat(lease.reset().materialize().block())
                .matches(signal -> Objects.requireNonNull(signal).isOnError());
        lease.destroy().block();
    }

    @Test
    void itsErrorMustCloseTheConnectionAndReachTheBorrower() {
        R2dbcBadGrammarException syntax = new R2dbcBadGrammarException("syntax", "42601");
        database.fails("SET", () -> syntax);
        ConnectionSource source = source(connection -> run(connection, "SET"));
        Borrower borrower = Borrower.of(source);

        assertThat(borrower.error()).isSameAs(syntax);
        assertThat(database.wire()).containsExactly("SET", "CLOSE");
        assertThat(source.status().allocated()).isZero();
    }

    @Test
    void whatItThrowsMustCloseTheConnectionToo() {
        Borrower borrower = Borrower.of(source(connection -> {
            throw new IllegalStateException("mine");
        }));

        assertThat(borrower.error()).hasMessageContaining("mine");
        assertThat(database.wire()).containsExactly("CLOSE");
    }

    @Test
    void aConnectionGivenUpMeanwhileMustBeClosed() {
        AtomicReference<String> cancelled = new AtomicReference<>("");
        ConnectionSource source = source(connection -> Mono.<Void>never().doOnCancel(() -> cancelled.set("cancelled")));
        Borrower borrower = Borrower.of(source);
        clock.advanceTimeBy(
                PoolOptions.defaults().maxSize(1).requireConsistent().createTimeout());

        assertThat(borrower.error()).hasMessageContaining("did not accept a new one");
        assertThat(cancelled).hasValue("cancelled");
        assertThat(database.wire()).containsExactly("CLOSE");
        assertThat(source.status().allocated()).isZero();
    }
}
