package org.reactivesessions.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.transaction.reactive.TransactionalOperator;

/** A rollback that was asked for is nothing an operator is to be woken for. */
@ExtendWith(PostgresExtension.class)
class RollbackOnlyIT {

    private final Fixture fixture;
    private final LogLines log = new LogLines();

    RollbackOnlyIT(TestDatabase database) {
        this.fixture = Fixture.on(database);
    }

    @AfterEach
    void close() {
        log.close();
        fixture.close();
    }

    private void rehearse(TransactionalOperator operator) {
        Long rows = operator.execute(
                        transaction -> fixture.insert(1).doOnNext(inserted -> transaction.setRollbackOnly()))
                .blockLast(Fixture.PATIENCE);
        assertThat(rows).isEqualTo(1);
        assertThat(fixture.rows()).isZero();
        assertThat(log.seen())
                .anySatisfy(
                        line -> assertThat(line).startsWith("DEBUG").contains("rolled back as its function has asked"))
                .noneMatch(line -> line.startsWith("ERROR") || line.startsWith("WARN"));
    }

    @Test
    void theOperatorMustRollBackQuietly() {
        rehearse(SessionsTransactionalOperator.of(fixture.sessions()));
    }

    @Test
    void theManagerMustRollBackQuietly() {
        rehearse(TransactionalOperator.create(new SessionsTransactionManager(fixture.sessions())));
    }
}
