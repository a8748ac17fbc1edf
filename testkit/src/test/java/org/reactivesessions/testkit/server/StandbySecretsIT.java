package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reactivesessions.testkit.server.Sql.dataDirectory;
import static org.reactivesessions.testkit.server.Sql.execute;
import static org.reactivesessions.testkit.server.Sql.query;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a standby needs to reach its primary, and that nobody else reads it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("patient")
class StandbySecretsIT {

    private EmbeddedServer primary;

    @BeforeAll
    void startPrimary() {
        primary = EmbeddedServer.start();
    }

    @AfterAll
    void closePrimary() {
        primary.close();
    }

    @Test
    void aPasswordOfQuotesAndBackslashesMustReachThePrimary() throws Exception {
        execute(primary, "CREATE ROLE \"o'd\\d\" REPLICATION LOGIN PASSWORD 'p''w\\d '''");
        ServerAddress odd = new ServerAddress(primary.host(), primary.port(), "o'd\\d", "p'w\\d '", "postgres");
        try (EmbeddedServer standby = primary.startStandby()) {
            Path configuration = dataDirectory(standby).resolve("postgresql.auto.conf");
            standby.stop();
            Files.writeString(configuration, PrimaryConnInfo.line(odd) + "\n", StandardOpenOption.APPEND);
            standby.restart();
            primary.awaitReplay(standby);
            assertThat(query(primary, "SELECT count(*) FROM pg_stat_replication WHERE usename = 'o''d\\d'"))
                    .isEqualTo("1");
        }
    }

    @Test
    void replicationMustBeAllowedFromLoopbackWithAPasswordOnly() throws Exception {
        assertThat(query(
                        primary,
                        "SELECT string_agg(DISTINCT type || ' ' || auth_method, ', ') FROM pg_hba_file_rules"
                                + " WHERE type <> 'local'"))
                .isEqualTo("host scram-sha-256");
        assertThat(query(
                        primary,
                        "SELECT string_agg(DISTINCT address, ', ' ORDER BY address) FROM pg_hba_file_rules"
                                + " WHERE 'replication' = ANY (database) AND type <> 'local'"))
                .isEqualTo("127.0.0.1, ::1");
    }

    @Test
    void thePasswordMustAppearNowhere() throws Exception {
        EmbeddedServer standby = primary.startStandby();
        try (standby) {
            assertThat(standby.password()).isEqualTo(primary.password());
            assertThat(standby.toString()).doesNotContain(primary.password()).contains(":" + standby.port());
            Path directory = Objects.requireNonNull(dataDirectory(standby).getParent());
            assertThat(directory.resolve("server.log"))
                    .content()
                    .contains("started streaming WAL from primary")
                    .doesNotContain(primary.password());
            assertThat(secretFiles(directory, primary.password())).containsExactly("postgresql.auto.conf");
        }
        assertSaysNoPassword(standby::startStandby, "no standby of postgres@127.0.0.1:" + standby.port());
        assertSaysNoPassword(standby::promote, "was not promoted: ");
        assertSaysNoPassword(() -> primary.awaitReplay(standby), "did not say what it has replayed: ");
        assertSaysNoPassword(() -> standby.awaitReplay(primary), "wrote no mark: ");
    }

    private void assertSaysNoPassword(Runnable failing, String text) {
        assertThatThrownBy(failing::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(text)
                .satisfies(e -> assertThat(e).hasStackTraceContaining(text))
                .satisfies(e -> {
                    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                        assertThat(cause.toString()).doesNotContain(primary.password());
                    }
                });
    }

    private static List<String> secretFiles(Path directory, String secret) throws Exception {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> contains(file, secret))
                    .map(file -> String.valueOf(file.getFileName()))
                    .toList();
        }
    }

    private static boolean contains(Path file, String secret) {
        try {
            return Files.isRegularFile(file)
                    && Files.readString(file, StandardCharsets.ISO_8859_1).contains(secret);
        } catch (IOException gone) {
            return false;
        }
    }
}
