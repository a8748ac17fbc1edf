package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.postgres.hygiene.Secrets;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** How the schema of commit markers comes into a database, who may do what with it, and what is said if it is not there. */
@ExtendWith(PostgresExtension.class)
class CommitMarkerSchemaIT {

    private static final String MARK = "SELECT reactive_sessions.mark('%s', 10000)";
    private static final String PASSWORD = "marker-it-password";

    private final TestDatabase database;
    private final PostgresCommitMarker marker = new PostgresCommitMarker();
    private final JdbcSession admin;

    CommitMarkerSchemaIT(TestDatabase database) {
        this.database = database;
        this.admin = JdbcSession.open(database);
        Secrets.know(PASSWORD);
    }

    @BeforeEach
    void withoutIt() {
        admin.run("DROP SCHEMA IF EXISTS reactive_sessions CASCADE");
        dropRoles();
    }

    @AfterEach
    void close() {
        admin.run("DROP SCHEMA IF EXISTS reactive_sessions CASCADE");
        dropRoles();
        admin.close();
    }

    private void dropRoles() {
        admin.run(
                "DO $$ DECLARE r text; BEGIN FOR r IN SELECT rolname FROM pg_roles WHERE rolname LIKE 'marker\\_it\\_%'"
                        + " LOOP EXECUTE format('DROP OWNED BY %I', r); EXECUTE format('DROP ROLE %I', r); END LOOP; END $$");
    }

    private void createRole(String name) {
        admin.run("CREATE ROLE " + name + " LOGIN PASSWORD '" + PASSWORD + "'");
    }

    private ConnectionFactory as(String role, String password) {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(database.host())
                .port(database.port())
                .database(database.database())
                .username(role)
                .password(password)
                .build());
    }

    private void install() {
        CommitMarkerSchema.install(as(database.username(), database.password())).block(ServerFixture.PATIENCE);
    }

    private @Nullable String readiness() {
        return admin.text(marker.readiness());
    }

    private void assertUsable() {
        assertThat(readiness()).isNull();
        assertThat(admin.state(MARK.formatted(marker.token()))).isNull();
    }

    @Test
    void theTextMustBeOfUseInAMigrationAndBeAppliedAgain() {
        admin.run(CommitMarkerSchema.ddl());
        admin.run(MARK.formatted(marker.token()));
        admin.run("SELECT reactive_sessions.claim('a')");
        admin.run(CommitMarkerSchema.ddl());
        assertUsable();
        assertThat(admin.text("SELECT count(*) FROM reactive_sessions.commit_marker"))
                .isEqualTo("2");
        assertThat(admin.text("SELECT count(*) FROM reactive_sessions.operation"))
                .isEqualTo("1");
        assertThat(admin.text("SELECT reactive_sessions.marker_version()"))
                .isEqualTo(Integer.toString(MarkerReadiness.VERSION));
    }

    @Test
    void sessionsMustApplyItAndApplyItAgain() {
        try (ServerFixture fixture = ServerFixture.on(database)) {
            CommitMarkerSchema.install(fixture.sessions())
                    .repeat(1)
                    .as(StepVerifier::create)
                    .expectComplete()
                    .verify(ServerFixture.PATIENCE);
        }
        assertUsable();
    }

    @Test
    void severalProcessesMustApplyItAtOnce() {
        Flux.range(0, 8)
                .flatMap(each -> CommitMarkerSchema.install(as(database.username(), database.password())), 8)
                .as(StepVerifier::create)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
        assertUsable();
    }

    /** What it takes: CREATE on the database, or the schema itself. */
    @Test
    void aRoleThatMayCreateSchemasMustDoAndItsSchemaMustBeEnough() {
        createRole("marker_it_migration");
        ConnectionFactory migration = as("marker_it_migration", PASSWORD);
        CommitMarkerSchema.install(migration)
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("permission denied for database"))
                .verify(ServerFixture.PATIENCE);
        admin.run("CREATE SCHEMA reactive_sessions AUTHORIZATION marker_it_migration");
        CommitMarkerSchema.install(migration).block(ServerFixture.PATIENCE);
        assertUsable();
        admin.run("DROP SCHEMA reactive_sessions CASCADE");
        admin.run("GRANT CREATE ON DATABASE " + database.database() + " TO marker_it_migration");
        CommitMarkerSchema.install(migration).block(ServerFixture.PATIENCE);
        assertUsable();
    }

    /** Whoever owns a function that everybody calls can run what he likes with their rights. */
    @Test
    void aSchemaOfSomebodyElseMustBeRefused() {
        createRole("marker_it_other");
        admin.run("CREATE SCHEMA reactive_sessions AUTHORIZATION marker_it_other");
        CommitMarkerSchema.install(as(database.username(), database.password()))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .hasMessageContaining("belongs to marker_it_other, but this was run by " + database.username()))
                .verify(ServerFixture.PATIENCE);
        assertThat(admin.text("SELECT count(*) FROM pg_proc WHERE pronamespace = 'reactive_sessions'::regnamespace"))
                .isEqualTo("0");
    }

    /** No lock that a running transaction holds on it. */
    @Test
    void itMustBeAppliedAgainBesideOpenTransactions() {
        install();
        try (JdbcSession open = JdbcSession.open(database)) {
            open.run("BEGIN").run(MARK.formatted(marker.token())).run("SELECT reactive_sessions.claim('a')");
            admin.run("SET lock_timeout = '5s'").run(CommitMarkerSchema.ddl());
            open.run("COMMIT");
        }
        assertUsable();
    }

    /** Names are looked up when the functions are made. */
    @Test
    void whatOthersHavePutBeforeTheCatalogMustNotGetIn() {
        admin.run("CREATE SCHEMA marker_it_evil");
        Hostile.plant(admin, "marker_it_evil");
        admin.run("SET search_path = marker_it_evil, pg_catalog");
        admin.run(CommitMarkerSchema.ddl());
        assertUsable();
        admin.run("RESET search_path").run("DROP SCHEMA marker_it_evil CASCADE"); // and what depends on it
        assertUsable();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT FROM reactive_sessions.commit_marker",
                "SELECT FROM reactive_sessions.commit_marker_0",
                "SELECT FROM reactive_sessions.commit_marker_3",
                "DELETE FROM reactive_sessions.commit_marker_1",
                "TRUNCATE reactive_sessions.commit_marker_2",
                "INSERT INTO reactive_sessions.operation VALUES ('a', now())",
                "SELECT FROM reactive_sessions.operation",
                "CREATE TABLE reactive_sessions.mine ()",
                "CREATE FUNCTION reactive_sessions.mark(text, int) RETURNS void LANGUAGE sql AS ''"
            })
    void nobodyElseMustReadWriteOrCreateAnythingThere(String sql) {
        install();
        createRole("marker_it_tenant");
        assertThat(admin.run("SET ROLE marker_it_tenant").state(sql)).isEqualTo("42501");
        admin.run("RESET ROLE");
    }

    @Test
    void whatIsMissingMustBeSaid() {
        assertThat(readiness())
                .startsWith("there is no schema reactive_sessions")
                .endsWith(MarkerReadiness.INSTALL);
        admin.run("CREATE SCHEMA reactive_sessions");
        assertThat(readiness()).startsWith("tables are missing").endsWith(MarkerReadiness.INSTALL);
        install();
        assertThat(readiness()).isNull();
        admin.run("DROP FUNCTION reactive_sessions.claim(text)");
        assertThat(readiness()).startsWith("functions are missing").endsWith(MarkerReadiness.INSTALL);
        install();
        admin.run("DROP TABLE reactive_sessions.commit_marker_2");
        assertThat(readiness()).startsWith("tables are missing");
        install();
        assertUsable();
    }

    @ParameterizedTest
    @CsvSource({"0,true", "2,false", "12,false"})
    void anOlderVersionMustBeSaidAndANewerOneBeTaken(int version, boolean said) {
        install();
        admin.run("CREATE OR REPLACE FUNCTION reactive_sessions.marker_version() RETURNS int LANGUAGE sql IMMUTABLE AS"
                + " 'SELECT " + version + "'");
        if (said) {
            assertThat(readiness()).contains("an older version of this library").endsWith(MarkerReadiness.INSTALL);
        } else {
            assertThat(readiness()).isNull();
        }
    }

    /** What the answer says to run must be enough. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "REVOKE USAGE ON SCHEMA reactive_sessions FROM PUBLIC",
                "REVOKE EXECUTE ON FUNCTION reactive_sessions.resolve(uuid) FROM PUBLIC",
                "REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA reactive_sessions FROM PUBLIC"
            })
    void aRightThatIsMissingMustBeSaid(String revoke) {
        install();
        String role = "\"marker_it_\"\"tenant\"";
        createRole(role);
        admin.run(revoke);
        String answer = admin.run("SET ROLE " + role).text(marker.readiness());
        admin.run("RESET ROLE");
        assertThat(answer).startsWith("the role marker_it_\"tenant may not ").contains("; run GRANT ");
        admin.run(String.valueOf(answer).replaceFirst(".*; run ", ""));
        assertThat(admin.run("SET ROLE " + role).text(marker.readiness())).isNull();
        admin.run("RESET ROLE");
    }

    @ParameterizedTest
    @CsvSource({"-7,true", "7,true", "-5,false", "5,false"})
    void clocksThatDisagreeMustBeSaid(int hours, boolean said) {
        install();
        PostgresCommitMarker elsewhere =
                new PostgresCommitMarker(InstantSource.offset(InstantSource.system(), Duration.ofHours(hours)));
        String answer = admin.text(elsewhere.readiness());
        if (said) {
            assertThat(answer)
                    .matches(
                            "the clock of this process says \\S{10} \\S{8} and that of the database \\S{10} \\S{8} .*");
        } else {
            assertThat(answer).isNull();
        }
    }

    /** It is asked on guarded connections outside a transaction, and on standbys. */
    @Test
    void itMustBeAskedWhereNothingCanBeWritten() {
        install();
        try (ServerFixture fixture = ServerFixture.on(database)) {
            fixture.sessions()
                    .withSession(session ->
                            session.sql(marker.readiness()).one(row -> String.valueOf(row.get(0, String.class))))
                    .as(StepVerifier::create)
                    .expectNext("null")
                    .expectComplete()
                    .verify(ServerFixture.PATIENCE);
        }
    }

    /** The query itself, in a session whose search path begins with somebody else's operators. */
    @Test
    void theAnswerMustBeTheSameOnAHostileSearchPath() {
        admin.run("CREATE SCHEMA marker_it_evil");
        Hostile.plant(admin, "marker_it_evil");
        admin.run("SET search_path = marker_it_evil, pg_catalog");
        assertThat(readiness()).startsWith("there is no schema");
        install();
        assertThat(readiness()).isNull();
        admin.run("RESET search_path").run("DROP SCHEMA marker_it_evil CASCADE");
    }

    @Test
    void theTextMustBeASCIIWithoutTransactionControl() {
        assertThat(CommitMarkerSchema.ddl()).matches("[\\n\\x20-\\x7E]+");
        assertThatThrownBy(() -> admin.text("SELECT FROM reactive_sessions.commit_marker"))
                .hasMessageContaining("42P01");
    }
}
