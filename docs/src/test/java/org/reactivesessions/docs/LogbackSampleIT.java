package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** With the sample configuration each logger has a file of its own. */
@ExtendWith(PostgresExtension.class)
class LogbackSampleIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path SAMPLE = Path.of("logback-sample.xml");

    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

    @TempDir
    private Path directory;

    private void configure() throws JoranException {
        context.reset();
        context.putProperty("LOG_DIR", directory.toString());
        context.putProperty("RS_LEVEL", "DEBUG");
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(SAMPLE.toFile());
    }

    @AfterEach
    void restore() throws JoranException {
        context.reset();
        new ContextInitializer(context).autoConfig();
    }

    private List<String> file(String logger) throws IOException {
        return Files.readAllLines(directory.resolve(logger + ".log"));
    }

    /** Sends something, slowly, and uses the session once more. */
    private static void transact(String databaseUrl) {
        AtomicReference<@Nullable Session> kept = new AtomicReference<>();
        ReactiveSessions sessions = PostgresSessions.builder()
                .url(databaseUrl)
                .logs(LogOptions.defaults().slowStatement(Duration.ofNanos(1)))
                .build();
        sessions.withTransaction(TransactionOptions.defaults().named("report"), session -> {
                    kept.set(session);
                    return session.sql("SELECT 4711").execute();
                })
                .then(Mono.fromRunnable(() -> Objects.requireNonNull(kept.get()).sql("SELECT 4712")))
                .onErrorComplete(IllegalStateException.class)
                .block(PATIENCE);
        sessions.close().block(PATIENCE);
    }

    /** Asks for a connection where nobody listens. */
    private static void ask(int closedPort) {
        ReactiveSessions sessions = PostgresSessions.builder()
                .url("postgresql://app:secret@localhost:" + closedPort + "/app")
                .build();
        sessions.withTransaction(TransactionOptions.defaults().named("outage"), session -> Mono.empty())
                .onErrorComplete()
                .block(PATIENCE);
        sessions.close().block(PATIENCE);
    }

    @Test
    void eachLoggerMustHaveItsOwnFile(TestDatabase database) throws JoranException, IOException {
        int closedPort;
        try (ServerSocket unused = new ServerSocket(0)) {
            closedPort = unused.getLocalPort();
        }
        configure();
        transact(database.url());
        ask(closedPort);

        assertThat(file("transaction"))
                .anySatisfy(line ->
                        assertThat(line).contains("report: committed, after ").contains("transaction=\"report\""))
                .noneMatch(line -> line.contains("SELECT 471"));
        assertThat(file("sql")).anySatisfy(line -> assertThat(line).contains("report: SELECT 4711"));
        assertThat(file("slow"))
                .anySatisfy(line -> assertThat(line).contains("report: slow statement, took "))
                .noneMatch(line -> line.contains("committed"));
        assertThat(file("leak"))
                .anySatisfy(line ->
                        assertThat(line).contains("report: its session was used after its end, nothing was sent"))
                .anySatisfy(line -> assertThat(line).contains(LogbackSampleIT.class.getName()));
        assertThat(file("pool"))
                .anySatisfy(line -> assertThat(line).contains("outage: attempt 2 to get a connection"))
                .noneMatch(line -> line.contains("report"));
    }
}
