package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedConnection;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class LeaseTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();
    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final ConnectionSource source = new ConnectionSource(
            database, new StandardDialect(), PoolOptions.defaults().maxSize(1));
    private final Lease lease = Borrower.of(source).lease();
    private final ScriptedConnection connection = database.connection(0);

    @AfterEach
    void resetClock() {
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    @Test
    void itMustShowTheDriversConnection() {
        assertThat(lease.connection()).isSameAs(connection);
        assertThat(lease.defaultIsolation()).isEqualTo(IsolationLevel.READ_COMMITTED);
        assertThat(lease.isOpen()).isTrue();
        connection.lose();
        assertThat(lease.isOpen()).isFalse();
    }

    @Test
    void theExecutorMustBelongToThePhysicalConnection() {
        lease.release().block();

        assertThat(Borrower.of(source).lease().executor()).isSameAs(lease.executor());
    }

    @Test
    void aReleaseMustBeColdAndCountOnce() {
        StepVerifier.Step<Void> assembled = StepVerifier.create(lease.release());
        assertThat(source.status().acquired()).isEqualTo(1);

        assembled.verifyComplete();
        StepVerifier.create(lease.release()).verifyComplete();
        StepVerifier.create(lease.destroy()).verifyComplete();

        assertThat(source.status()).isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0));
        assertThat(database.wire()).isEmpty();
    }

    @Test
    void aDestroyedConnectionMustBeClosedAndItsPlaceFree() {
        StepVerifier.create(lease.destroy()).verifyComplete();
        StepVerifier.create(lease.destroy()).verifyComplete();
        StepVerifier.create(lease.release()).verifyComplete();

        assertThat(connection.isOpen()).isFalse();
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
        assertThat(Borrower.of(source).lease().connection()).isSameAs(database.connection(1));
    }

    @Test
    void aCloseThatIsNeverAnsweredMustNotKeepThePlace() {
        database.hold("CLOSE");
        StepVerifier.create(lease.destroy())
                .then(() -> clock.advanceTimeBy(Duration.ofSeconds(4)))
                .verifyComplete();

        assertThat(source.status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
        assertThat(Borrower.of(source).lease().connection()).isSameAs(database.connection(1));
    }

    @Test
    void aCloseThatFailsMustNotPutTheConnectionBack() {
        database.fails("CLOSE", () -> new R2dbcNonTransientResourceException("close failed"));
        StepVerifier.create(lease.destroy()).verifyComplete();

        assertThat(source.status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
        assertThat(Borrower.of(source).lease().connection()).isSameAs(database.connection(1));
    }

    @Test
    void aCloseThatThrowsMustNotKeepThePlace() {
        connection.throwOnClose(new IllegalStateException("the driver throws"));
        StepVerifier.create(lease.destroy()).verifyComplete();

        assertThat(source.status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void aConnectionInsideATransactionMustNotGoBack() {
        connection.inTransaction(true);
        StepVerifier.create(lease.release()).verifyComplete();

        assertThat(connection.isOpen()).isFalse();
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void aLostConnectionMustNotGoBack() {
        connection.lose();
        StepVerifier.create(lease.release()).verifyComplete();

        assertThat(source.status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
    }
}
