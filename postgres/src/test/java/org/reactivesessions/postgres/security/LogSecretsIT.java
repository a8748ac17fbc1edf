package org.reactivesessions.postgres.security;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import org.slf4j.LoggerFactory;

/** A value of the application, bound or in a row: what this library says of it, which is nothing, and what the driver does. */
@SecurityRow("S5")
@ExtendWith(PostgresExtension.class)
class LogSecretsIT {

    private static final String CANARY = "c4n4ry@example.org";
    private static final String DRIVER = "io.r2dbc.postgresql";

    private final ServerFixture fixture;

    LogSecretsIT(TestDatabase database) {
        fixture = ServerFixture.on(database);
        fixture.run(
                "DROP TABLE IF EXISTS customer; CREATE TABLE customer (mail text PRIMARY KEY CHECK (mail <> 'refused'))");
        fixture.run("INSERT INTO customer VALUES ('" + CANARY + "')");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Everything that a logger says at a level while something is done. */
    private static List<String> saidBy(String name, Level level, Runnable work) {
        Logger logger = (Logger) LoggerFactory.getLogger(name);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Level before = logger.getLevel();
        boolean additive = logger.isAdditive();
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(level);
        logger.setAdditive(false);
        try {
            work.run();
        } finally {
            logger.setAdditive(additive);
            logger.setLevel(before);
            logger.detachAppender(lines);
        }
        return lines.list.stream()
                .map(event -> event.getFormattedMessage()
                        + (event.getThrowableProxy() == null
                                ? ""
                                : ThrowableProxyUtil.asString(event.getThrowableProxy())))
                .toList();
    }

    /** The driver's error has a DETAIL: Key (mail)=(…) already exists, or: Failing row contains (…). */
    private String violation(String sql) {
        StringWriter all = new StringWriter();
        fixture.sessions()
                .withTransaction(
                        TransactionOptions.defaults().setting("app.mail", CANARY),
                        session -> session.sql(sql, CANARY).rowsUpdated())
                .doOnError(error -> error.printStackTrace(new PrintWriter(all)))
                .onErrorComplete()
                .block(ServerFixture.PATIENCE);
        return all.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO customer VALUES ($1)",
                "UPDATE customer SET mail = NULL WHERE mail = $1",
                "UPDATE customer SET mail = 'refused' WHERE mail = $1",
                "SELECT nonsense FROM customer WHERE mail = $1",
                "SELECT 1 / 0 FROM customer WHERE mail = $1"
            })
    void nothingThatIsSaidHereMustShowAValue(String sql) {
        StringBuilder error = new StringBuilder();
        List<String> lines = saidBy("org.reactivesessions", Level.TRACE, () -> error.append(violation(sql)));

        assertThat(error.toString()).isNotEmpty().doesNotContain(CANARY);
        assertThat(lines).isNotEmpty().allSatisfy(line -> assertThat(line).doesNotContain(CANARY));
        assertThat(fixture.events())
                .allSatisfy(event -> assertThat(event.toString()).doesNotContain(CANARY));
    }

    /** So SECURITY.md says which loggers of his are to be left alone; if this fails, it says too much. */
    @Test
    void theDriverMustBeKnownToShowValuesWhenItDebugs() {
        assertThat(saidBy(DRIVER, Level.DEBUG, () -> violation("INSERT INTO customer VALUES ($1)")))
                .anySatisfy(line -> assertThat(line).contains(CANARY));
        assertThat(saidBy(DRIVER, Level.INFO, () -> violation("INSERT INTO customer VALUES ($1)")))
                .allSatisfy(line -> assertThat(line).doesNotContain(CANARY));
    }
}
