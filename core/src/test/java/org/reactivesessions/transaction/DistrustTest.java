package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.test.subscriber.TestSubscriber;

/** What an attempt to open a connection that fails says of those that are open. */
class DistrustTest {

    private static final String INSERT = "INSERT INTO item VALUES (1)";

    @RegisterExtension
    final Stage stage = Stage.pooled(2);

    private final ScriptedDatabase database = stage.database();

    /** One connection is given back while another one is being opened, which fails. */
    private TestSubscriber<Long> whileOneIsIdle(Throwable error) {
        stage.dialect().classified((phase, any) -> FailureClass.OUTAGE);
        database.hold(INSERT);
        stage.run(connection -> update(connection, INSERT));
        database.hold("CONNECT");
        TestSubscriber<Long> failed = stage.run(connection -> update(connection, INSERT));
        database.last(INSERT).complete();
        stage.pass(Duration.ofMillis(1));
        database.last("CONNECT").fail(error);
        database.letPass("CONNECT", INSERT);
        return failed;
    }

    @Test
    void whenNobodyAnswersNoneMustBeTrusted() {
        assertThat(whileOneIsIdle(new IOException("refused")).expectTerminalError())
                .hasMessageContaining("refused");
        stage.run(connection -> update(connection, INSERT));

        assertThat(database.count("CONNECT")).isEqualTo(3);
    }

    /** Who has no room for another one is there. The place of one that is closed may be somebody else's by then. */
    @Test
    void whenTheDatabaseIsFullThoseThatAreOpenMustBeKept() {
        assertThat(whileOneIsIdle(new R2dbcNonTransientResourceException("too many clients", "53300"))
                        .expectTerminalError())
                .hasMessageContaining("too many clients");
        stage.run(connection -> update(connection, INSERT));

        assertThat(database.count("CONNECT")).isEqualTo(2);
    }
}
