package org.reactivesessions.spring;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.reactive.TransactionalOperator;

/** A rollback that was asked for is nothing an operator is to be woken for. */
@ExtendWith(PostgresExtension.class)
class RollbackOnlyIT {

    private final Fixture fixture;
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.reactivesessions");
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLevel() + " " + event.getFormattedMessage());
        }
    };

    RollbackOnlyIT(TestDatabase database) {
        this.fixture = Fixture.on(database);
    }

    @BeforeEach
    void listen() {
        logger.setLevel(Level.DEBUG);
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void close() {
        logger.detachAppender(appender);
        logger.setLevel(null);
        fixture.close();
    }

    private void rehearse(TransactionalOperator operator) {
        Long rows = operator.execute(
                        transaction -> fixture.insert(1).doOnNext(inserted -> transaction.setRollbackOnly()))
                .blockLast(Fixture.PATIENCE);
        assertThat(rows).isEqualTo(1);
        assertThat(fixture.rows()).isZero();
        assertThat(lines)
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
