package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.postgres.security.SecurityRow;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Encrypted connections, to a server of its own whose certificate is made here. */
@Timeout(120)
class TlsIT {

    private static final String SLEEP = "SELECT pg_sleep(600)";

    @TempDir
    static Path directory;

    private static TestCertificate trusted;
    private static TestCertificate stranger;
    private static EmbeddedServer server;
    private static TestDatabase database;

    @BeforeAll
    static void startServer() {
        trusted = TestCertificate.create(directory, "trusted", "ip:127.0.0.1");
        stranger = TestCertificate.create(directory, "stranger", "ip:127.0.0.1");
        server = encrypting(trusted);
        database = server.freshDatabase();
    }

    @AfterAll
    static void closeServer() {
        database.close();
        server.close();
    }

    /** It asks for a certificate too, and takes the one of its own. */
    private static EmbeddedServer encrypting(TestCertificate shown) {
        return EmbeddedServer.start(Map.of(
                "ssl", "on",
                "ssl_cert_file", shown.certificate().toString(),
                "ssl_key_file", shown.key().toString(),
                "ssl_ca_file", shown.certificate().toString()));
    }

    private static PostgresSessions.Builder to(TestDatabase target, String parameters) {
        return PostgresSessions.builder().pool(ServerFixture.roomyPool(1)).url(target.r2dbcUrl() + "?" + parameters);
    }

    private static String answer(ReactiveSessions sessions, String sql) {
        Mono<String> answer =
                sessions.withTransaction(session -> session.sql(sql).one(row -> row.get(0, String.class)));
        return String.valueOf(answer.block(ServerFixture.PATIENCE));
    }

    private static String answer(PostgresSessions.Builder builder, String sql) {
        ReactiveSessions sessions = builder.build();
        try {
            return answer(sessions, sql);
        } finally {
            sessions.close().block(ServerFixture.PATIENCE);
        }
    }

    private static void assertRefused(PostgresSessions.Builder builder) {
        ReactiveSessions sessions = builder.build();
        StepVerifier.create(sessions.withTransaction(
                        session -> session.sql("SELECT 1").execute()))
                .verifyError();
        sessions.close().block(ServerFixture.PATIENCE);
    }

    private static String encrypted() {
        return "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    }

    private static String verified(String mode, TestCertificate root) {
        return "sslmode=" + mode + "&sslrootcert=" + root.certificate();
    }

    @ParameterizedTest
    @ValueSource(strings = {"prefer", "require"})
    void aModeThatEncryptsMustEncrypt(String mode) {
        assertThat(answer(to(database, "sslmode=" + mode), encrypted())).isEqualTo("true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify-ca", "verify-full"})
    void aServerThatIsTrustedMustBeUsed(String mode) {
        assertThat(answer(to(database, verified(mode, trusted)), encrypted())).isEqualTo("true");
    }

    @SecurityRow("S1")
    @ParameterizedTest
    @ValueSource(strings = {"verify-ca", "verify-full"})
    void aServerThatIsNotTrustedMustBeRefused(String mode) {
        assertRefused(to(database, verified(mode, stranger)));
        assertRefused(to(database, "sslmode=" + mode));
    }

    @SecurityRow("S1")
    @Test
    void aServerOfAnotherNameMustBeRefusedByTheStrictestModeOnly() {
        TestCertificate elsewhere = TestCertificate.create(directory, "elsewhere", "dns:elsewhere.example");
        try (EmbeddedServer other = encrypting(elsewhere);
                TestDatabase there = other.freshDatabase()) {
            assertRefused(to(there, verified("verify-full", elsewhere)));
            assertThat(answer(to(there, verified("verify-ca", elsewhere)), encrypted()))
                    .isEqualTo("true");
        }
    }

    @SecurityRow("S1")
    @Test
    void aServerThatCannotEncryptMustBeRefusedUnlessTheModeAllowsIt() {
        try (TestDatabase plain = EmbeddedServer.shared().freshDatabase()) {
            assertRefused(to(plain, "sslmode=require"));
            assertRefused(to(plain, verified("verify-full", trusted)));
            assertThat(answer(to(plain, "sslmode=prefer"), encrypted())).isEqualTo("false");
        }
    }

    @Test
    void theServerMustSeeTheCertificateOfTheClient() {
        String client = "&sslcert=" + trusted.certificate() + "&sslkey=" + trusted.key();
        assertThat(answer(
                        to(database, verified("verify-full", trusted) + client),
                        "SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
                .isEqualTo("/CN=trusted");
    }

    @SecurityRow("S15")
    @Test
    void aStatementMustBeCancelledOnTheServer() {
        ReactiveSessions sessions =
                to(database, verified("verify-full", trusted)).build();
        String backend = answer(sessions, "SELECT pg_backend_pid()::text");
        Disposable running = sessions.withTransaction(session -> sleep(session)).subscribe();
        ServerCensus.await(database, ServerFixture.PATIENCE, census -> isSleeping(census));

        running.dispose();
        sessions.quiesced().block(ServerFixture.PATIENCE);

        assertThat(isSleeping(ServerCensus.of(database))).isFalse();
        assertThat(answer(sessions, "SELECT pg_backend_pid()::text")).isEqualTo(backend);
        sessions.close().block(ServerFixture.PATIENCE);
    }

    private static Mono<Void> sleep(Session session) {
        return session.sql(SLEEP).execute();
    }

    /** Whoever cannot read the request cannot learn the key by which this connection is cancelled. */
    @SecurityRow("S15")
    @Test
    void aRequestToCancelMustNotBeReadableOnTheWay() {
        try (FaultProxy proxy = FaultProxy.start(database.host(), database.port())) {
            Rule asked = proxy.watch(FrameMatch.encryptionRequest());
            Rule readable = proxy.watch(FrameMatch.cancelRequest());
            ReactiveSessions sessions = PostgresSessions.builder()
                    .pool(ServerFixture.roomyPool(1))
                    .url(database.r2dbcUrl(proxy.host(), proxy.port()) + "?" + verified("verify-full", trusted))
                    .build();
            Disposable running =
                    sessions.withTransaction(session -> sleep(session)).subscribe();
            ServerCensus.await(database, ServerFixture.PATIENCE, census -> isSleeping(census));
            int before = asked.hits();

            running.dispose();
            sessions.quiesced().block(ServerFixture.PATIENCE);

            assertThat(isSleeping(ServerCensus.of(database))).isFalse();
            assertThat(asked.hits()).as("connections that asked for encryption").isGreaterThan(before);
            assertThat(readable.hits()).as("requests in clear text").isZero();
            sessions.close().block(ServerFixture.PATIENCE);
        }
    }

    private static boolean isSleeping(ServerCensus census) {
        return census.sessions().stream()
                .anyMatch(session ->
                        session.state().equals("active") && session.query().contains(SLEEP));
    }

    @Test
    void whatAPoolerRefusesMustBeLeftOutOfAnEncryptedStartUp() {
        String sent = "SELECT coalesce(string_agg(name, ','), 'nothing') FROM pg_settings WHERE source = 'client'"
                + " AND name IN ('extra_float_digits', 'default_transaction_read_only')";
        assertThat(answer(to(database, "sslmode=require"), sent))
                .contains("extra_float_digits", "default_transaction_read_only");
        assertThat(answer(to(database, "sslmode=require&pgbouncer=true"), sent)).isEqualTo("nothing");
    }
}
