package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.postgres.security.SecurityRow;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;

/** What the functions of the schema {@code reactive_sessions} promise, transaction against transaction. */
@ExtendWith(PostgresExtension.class)
class CommitMarkerIT {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String TOO_LATE = "RS001";
    private static final String CLOCKS = "RS002";
    private static final String TENANT = "commit_marker_it_tenant";

    private final TestDatabase database;
    private final PostgresCommitMarker marker = new PostgresCommitMarker();
    private final UUID token = marker.token();
    private final JdbcSession original;
    private final JdbcSession resolver;

    CommitMarkerIT(TestDatabase database) {
        this.database = database;
        this.original = JdbcSession.open(database);
        this.resolver = JdbcSession.open(database);
    }

    @BeforeEach
    void install() {
        original.run("DROP SCHEMA IF EXISTS reactive_sessions CASCADE").run(CommitMarkerSchema.ddl());
        original.run("DROP TABLE IF EXISTS item").run("CREATE TABLE item (id int)");
    }

    @AfterEach
    void close() {
        original.close();
        resolver.close();
    }

    private static String mark(UUID token) {
        return "SELECT reactive_sessions.mark('" + token + "', 60000)";
    }

    private static UUID tokenOfAge(Duration age) {
        return new PostgresCommitMarker(InstantSource.offset(InstantSource.system(), age.negated())).token();
    }

    private @Nullable String resolve(UUID which) {
        return resolver.text(marker.resolution(which));
    }

    private @Nullable String rows() {
        return resolver.text("SELECT count(*) FROM reactive_sessions.commit_marker");
    }

    private @Nullable String items() {
        return resolver.text("SELECT count(*) FROM item");
    }

    /** Begins something that has to wait for a lock, and returns when it does. */
    private <T> CompletableFuture<T> waiting(JdbcSession waiter, Supplier<T> work) {
        String backend = Integer.toString(waiter.backend());
        CompletableFuture<T> result = CompletableFuture.supplyAsync(work);
        try (JdbcSession watch = JdbcSession.open(database)) {
            long deadline = System.nanoTime() + ServerFixture.PATIENCE.toNanos();
            while (!"Lock".equals(watch.text("SELECT wait_event_type FROM pg_stat_activity WHERE pid = " + backend))) {
                assertThat(result).as("did not wait").isNotDone();
                assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
                ServerFixture.pause();
            }
        }
        return result;
    }

    private static <T> @Nullable T end(CompletableFuture<T> waiting) {
        return waiting.orTimeout(ServerFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    // Who was first.

    @Test
    void whatWasCommittedMustBeFoundEveryTime() {
        original.run("BEGIN")
                .run("INSERT INTO item VALUES (1)")
                .run(mark(token))
                .run("COMMIT");
        assertThat(resolve(token)).isEqualTo("t");
        assertThat(resolve(token)).isEqualTo("t");
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void whatWasFencedMustNeverCommit() {
        original.run("BEGIN").run("INSERT INTO item VALUES (1)");
        assertThat(resolve(token)).isEqualTo("f");
        assertThat(original.state(mark(token))).isEqualTo(UNIQUE_VIOLATION);
        original.run("COMMIT");
        assertThat(resolve(token)).isEqualTo("f");
        assertThat(items()).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERIALIZABLE", "REPEATABLE READ", "READ COMMITTED"})
    void aResolverThatIsRolledBackMustLeaveTheOriginalFree(String level) {
        original.run("BEGIN ISOLATION LEVEL " + level).run("INSERT INTO item VALUES (1)");
        resolver.run("BEGIN");
        assertThat(resolve(token)).isEqualTo("f");
        CompletableFuture<String> marking = waiting(original, () -> String.valueOf(original.state(mark(token))));
        resolver.run("ROLLBACK");
        assertThat(end(marking)).isEqualTo("null");
        original.run("COMMIT");
        assertThat(resolve(token)).isEqualTo("t");
        assertThat(items()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERIALIZABLE", "REPEATABLE READ", "READ COMMITTED"})
    void anOriginalThatComesWhileItIsResolvedMustFail(String level) {
        original.run("BEGIN ISOLATION LEVEL " + level).run("INSERT INTO item VALUES (1)");
        resolver.run("BEGIN");
        assertThat(resolve(token)).isEqualTo("f");
        CompletableFuture<String> marking = waiting(original, () -> String.valueOf(original.state(mark(token))));
        resolver.run("COMMIT");
        assertThat(end(marking)).isEqualTo(UNIQUE_VIOLATION);
    }

    @ParameterizedTest
    @CsvSource({"COMMIT,t,1", "ROLLBACK,f,0"})
    void whileTheOriginalIsOpenTheResolverMustWaitForItsEnd(String end, String found, String items) {
        original.run("BEGIN").run("INSERT INTO item VALUES (1)").run(mark(token));
        resolver.run("SET lock_timeout = '50ms'");
        assertThat(resolver.state(marker.resolution(token))).isEqualTo(LOCK_NOT_AVAILABLE);
        resolver.run("SET lock_timeout = 0");
        CompletableFuture<String> resolving = waiting(resolver, () -> String.valueOf(resolve(token)));
        original.run(end);
        assertThat(end(resolving)).isEqualTo(found);
        assertThat(items()).isEqualTo(items);
    }

    @Test
    void twoResolversMustAgree() {
        original.run("BEGIN");
        assertThat(original.text(marker.resolution(token))).isEqualTo("f");
        CompletableFuture<String> second = waiting(resolver, () -> String.valueOf(resolve(token)));
        original.run("COMMIT");
        assertThat(end(second)).isEqualTo("f");
        assertThat(rows()).isEqualTo("1");
    }

    // Clocks.

    @Test
    void afterItsLimitAMarkMustFail() {
        String limited = "SELECT reactive_sessions.mark('" + token + "', 50)";
        original.run("BEGIN").run("SELECT pg_sleep(0.06)");
        assertThat(original.state(limited)).isEqualTo(TOO_LATE);
        original.run("COMMIT");
        assertThat(rows()).isEqualTo("0");
    }

    /** The limit counts when the row is there, not when the marker came. */
    @Test
    void aMarkThatHadToWaitBeyondItsLimitMustFail() {
        resolver.run("BEGIN");
        assertThat(resolve(token)).isEqualTo("f");
        original.run("BEGIN");
        CompletableFuture<String> marking = waiting(
                original, () -> String.valueOf(original.state("SELECT reactive_sessions.mark('" + token + "', 100)")));
        resolver.run("SELECT pg_sleep(0.11)").run("ROLLBACK");
        assertThat(end(marking)).isEqualTo(TOO_LATE);
    }

    @ParameterizedTest
    @CsvSource({"-13,RS002", "-11,", "11,", "13,RS002", "100000,RS002"})
    void aTokenFromAnotherTimeMustFail(int hours, @Nullable String state) {
        assertThat(original.state(mark(tokenOfAge(Duration.ofHours(hours))))).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({"-13,", "-11,f", "23,f", "25,", "100000,"})
    void aTokenThatIsTooOldOrAheadMustBeUnknownAndLeaveNothing(int hours, @Nullable String found) {
        UUID other = tokenOfAge(Duration.ofHours(hours));
        assertThat(resolve(other)).isEqualTo(found);
        assertThat(rows()).isEqualTo(found == null ? "0" : "1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'00000000-0000-0000-0000-000000000000', 60000",
                "'ffffffff-ffff-ffff-ffff-ffffffffffff', 60000",
                "'f47ac10b-58cc-4372-a567-0e02b2c3d479', 60000",
                "NULL, 60000",
                "TOKEN, NULL",
                "TOKEN, 0",
                "TOKEN, -1"
            })
    void whatIsNoTokenOrNoLimitMustFail(String arguments) {
        String call = "SELECT reactive_sessions.mark(" + arguments.replace("TOKEN", "'" + token + "'") + ")";
        assertThat(original.state(call)).isIn(TOO_LATE, CLOCKS, "23502", "23514");
        assertThat(rows()).isEqualTo("0");
    }

    // Roles, rights, levels, search paths.

    private void asTenant(JdbcSession session) {
        session.run("DO $$ BEGIN CREATE ROLE " + TENANT + "; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        session.run("ALTER TABLE item ENABLE ROW LEVEL SECURITY").run("ALTER TABLE item FORCE ROW LEVEL SECURITY");
        session.run("DROP POLICY IF EXISTS own ON item").run("CREATE POLICY own ON item USING (id < 10)");
        session.run("GRANT INSERT ON item TO " + TENANT);
    }

    @Test
    void aRoleWithoutAnyRightsMustLeaveItsMarker() {
        asTenant(original);
        original.run("BEGIN").run("SET LOCAL ROLE " + TENANT).run("SET LOCAL row_security = off");
        original.run("SELECT reactive_sessions.claim('a')").run(mark(token));
        original.run("COMMIT");
        original.run("BEGIN").run("SET LOCAL ROLE " + TENANT).run("INSERT INTO item VALUES (1)");
        UUID second = marker.token();
        original.run(mark(second)).run("COMMIT");
        resolver.run("SET ROLE " + TENANT);
        assertThat(resolve(token)).isEqualTo("t");
        assertThat(resolve(second)).isEqualTo("t");
        resolver.run(marker.purge()).run("RESET ROLE");
    }

    @SecurityRow("S10")
    @ParameterizedTest
    @ValueSource(strings = {"hostile, pg_catalog", "hostile, pg_temp, pg_catalog, reactive_sessions"})
    void aHostileSearchPathMustChangeNothing(String path) {
        original.run("CREATE SCHEMA hostile");
        Hostile.plant(original, "hostile");
        original.run("CREATE TEMP TABLE commit_marker (token uuid, slot int2, fenced bool)");
        original.run("CREATE TEMP TABLE operation (id text, applied_at timestamptz)");
        original.run("BEGIN").run("INSERT INTO public.item VALUES (1)").run("SET LOCAL search_path = " + path);
        original.run(mark(token)).run("COMMIT");
        assertThat(resolve(token)).isEqualTo("t");

        original.run("SET search_path = " + path);
        assertThat(original.state("SELECT reactive_sessions.mark('" + marker.token() + "', 0)"))
                .isEqualTo(TOO_LATE);
        assertThat(original.state(mark(tokenOfAge(Duration.ofHours(13))))).isEqualTo(CLOCKS);
        assertThat(original.text(marker.resolution(token))).isEqualTo("t");
        assertThat(original.text(marker.resolution(tokenOfAge(Duration.ofHours(25)))))
                .isNull();
        assertThat(original.text("SELECT reactive_sessions.claim('a')")).isNull();
        assertThat(original.text("SELECT reactive_sessions.claim('a')")).isNotNull();
        original.run(marker.purge()).run("RESET search_path");

        assertThat(original.text("SELECT count(*) FROM hostile.commit_marker")).isEqualTo("0");
        assertThat(original.text("SELECT count(*) FROM pg_temp.commit_marker")).isEqualTo("0");
        assertThat(original.text("SELECT count(*) FROM hostile.operation")).isEqualTo("0");
        original.run("DROP SCHEMA hostile CASCADE");
    }

    /** Two that write beside each other, with everything of ours in them, in every order of their ends. */
    @ParameterizedTest
    @ValueSource(strings = {"SERIALIZABLE", "REPEATABLE READ"})
    void markersMustCauseNoSerializationFailures(String level) {
        for (int round = 0; round < 20; round++) {
            original.run("BEGIN ISOLATION LEVEL " + level).run("INSERT INTO item VALUES (1)");
            resolver.run("BEGIN ISOLATION LEVEL " + level).run("INSERT INTO item VALUES (2)");
            original.run(mark(marker.token()));
            resolver.run(mark(marker.token()));
            original.run(round % 2 == 0 ? "COMMIT" : "ROLLBACK");
            resolver.run("COMMIT");
        }
        assertThat(rows()).isEqualTo("30");
    }

    // Forgetting.

    /** For every hour of eight days, and the second before it, and all tokens that are marked or asked for then, with the clock six hours wrong. */
    @Test
    void thePartitionThatIsEmptiedMustBeOneThatNobodyUses() {
        assertThat(momentsOfDanger(-18 * 60 + 1, 30 * 60 - 1)).isEqualTo("0");
        assertThat(momentsOfDanger(-18 * 60 - 1, 0)).as("one minute more").isEqualTo("8");
        assertThat(momentsOfDanger(0, 30 * 60 + 1)).as("one minute more").isEqualTo("8");
    }

    private @Nullable String momentsOfDanger(int fromMinutes, int toMinutes) {
        return original.text("SELECT count(*) FROM (SELECT h - s * interval '1 second' FROM generate_series(0, 1) AS s,"
                + " generate_series(timestamptz '2026-11-20 00:00Z', '2026-11-27 23:00Z', interval '1 hour') AS h) AS m (now),"
                + " generate_series(" + fromMinutes + ", " + toMinutes + ") AS age"
                + " WHERE reactive_sessions.unused_slot(now) = reactive_sessions.slot((lpad(to_hex(((extract(epoch FROM now)"
                + " - age * 60) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid)");
    }

    private String unused() {
        return String.valueOf(original.text("SELECT reactive_sessions.unused_slot(clock_timestamp())"));
    }

    private void fillAllPartitions() {
        original.run("INSERT INTO reactive_sessions.commit_marker SELECT gen_random_uuid(), s, false FROM"
                + " generate_series(0, 3) AS s, generate_series(1, 100)");
    }

    private @Nullable String rowsBySlot() {
        return original.text("SELECT string_agg(slot || ':' || n, ' ' ORDER BY slot) FROM"
                + " (SELECT slot, count(*) AS n FROM reactive_sessions.commit_marker GROUP BY slot) AS c");
    }

    private static String allBut(String slot) {
        return "0:100 1:100 2:100 3:100".replaceFirst(" ?" + slot + ":100", "").trim();
    }

    @Test
    void onlyThatPartitionMustBeEmptied() {
        fillAllPartitions();
        String before = unused();
        original.run(marker.purge());
        String after = unused(); // another one at 06:00
        assertThat(rowsBySlot()).isIn(allBut(before), allBut(after));
        original.run(marker.purge());
    }

    @Test
    void whatWasRolledBackMustBeForgottenToo() {
        original.run("BEGIN");
        fillAllPartitions();
        original.run("ROLLBACK");
        String partition = "reactive_sessions.commit_marker_" + unused();
        assertThat(original.text("SELECT pg_relation_size('" + partition + "') > 0"))
                .isEqualTo("t");
        original.run(marker.purge());
        assertThat(original.text("SELECT pg_relation_size('" + partition + "')"))
                .isEqualTo("0");
    }

    @Test
    void aFenceOfYesterdayMustOutliveIt() {
        UUID old = tokenOfAge(Duration.ofHours(23));
        assertThat(resolve(old)).isEqualTo("f");
        original.run(marker.purge());
        assertThat(rows()).isEqualTo("1");
    }

    /** Neither waits for the other: an emptying whose end is held up, and everything that uses the other partitions. */
    @Test
    void itMustNotWaitForMarkersNorTheyForIt() {
        fillAllPartitions();
        original.run("SET lock_timeout = 1").run("BEGIN").run(mark(token));
        resolver.run("SET lock_timeout = 1").run("BEGIN").run(marker.purge());
        assertThat(resolver.text("SELECT count(*) FROM reactive_sessions.commit_marker_" + unused()))
                .isEqualTo("0");
        original.run("COMMIT").run(mark(marker.token()));
        for (int hours = -11; hours < 24; hours++) {
            assertThat(original.state(marker.resolution(tokenOfAge(Duration.ofHours(hours)))))
                    .isNull();
        }
        assertThat(original.text(marker.resolution(token))).isEqualTo("t");
        original.run(marker.purge()); // a second one beside the first
        resolver.run("COMMIT");
    }

    /** A backup reads all tables for as long as it takes. */
    @Test
    void whileSomebodyReadsThePartitionItMustBePutOff() {
        fillAllPartitions();
        String before = unused();
        resolver.run("BEGIN").run("LOCK TABLE reactive_sessions.commit_marker IN ACCESS SHARE MODE");
        original.run(marker.purge());
        assertThat(rowsBySlot()).isEqualTo("0:100 1:100 2:100 3:100");
        resolver.run("COMMIT");
        original.run(marker.purge());
        assertThat(rowsBySlot()).isIn(allBut(before), allBut(unused()));
    }

    // Operations that are applied once.

    private static final String CLAIM = "SELECT reactive_sessions.claim('order 1')";

    @Test
    void anOperationMustBeClaimedOnceAndThenTellWhen() {
        original.run("BEGIN");
        assertThat(original.text(CLAIM)).isNull();
        String began = original.text("SELECT transaction_timestamp()");
        original.run("COMMIT");
        assertThat(original.text(CLAIM)).isEqualTo(began);
        assertThat(resolver.text(CLAIM)).isEqualTo(began);
        assertThat(resolver.text(CLAIM.replace("1", "2"))).isNull();
    }

    @Test
    void anotherClaimMustWaitAndHearThatItWasApplied() {
        original.run("BEGIN").run(CLAIM);
        CompletableFuture<Boolean> claiming = waiting(resolver, () -> resolver.text(CLAIM) != null);
        original.run("COMMIT");
        assertThat(end(claiming)).isTrue();
    }

    @Test
    void anotherClaimMustTakeItOverFromOneThatIsRolledBack() {
        original.run("BEGIN").run(CLAIM);
        resolver.run("BEGIN");
        CompletableFuture<Boolean> claiming = waiting(resolver, () -> resolver.text(CLAIM) == null);
        original.run("ROLLBACK");
        assertThat(end(claiming)).isTrue();
        resolver.run("COMMIT");
        assertThat(original.text(CLAIM)).isNotNull();
    }

    @Test
    void aClaimMustNotWaitBeyondTheLimitForLocks() {
        original.run("BEGIN").run(CLAIM);
        resolver.run("SET lock_timeout = '50ms'");
        assertThat(resolver.state(CLAIM)).isEqualTo(LOCK_NOT_AVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERIALIZABLE", "REPEATABLE READ"})
    void aboveReadCommittedTheOtherClaimMustBeTriedAgain(String level) {
        original.run("BEGIN").run(CLAIM);
        resolver.run("BEGIN ISOLATION LEVEL " + level);
        CompletableFuture<String> claiming = waiting(resolver, () -> String.valueOf(resolver.state(CLAIM)));
        original.run("COMMIT");
        assertThat(end(claiming)).isEqualTo("40001");
        resolver.run("ROLLBACK").run("BEGIN ISOLATION LEVEL " + level);
        assertThat(resolver.text(CLAIM)).isNotNull();
    }

    /** Somebody forgets old operations while they are claimed again. */
    @Test
    void aClaimOfWhatIsForgottenMeanwhileMustBeTheFirstAgain() {
        original.run(CLAIM).run("BEGIN").run("DELETE FROM reactive_sessions.operation");
        CompletableFuture<Boolean> claiming = waiting(resolver, () -> resolver.text(CLAIM) == null);
        original.run("COMMIT");
        assertThat(end(claiming)).isTrue();
    }
}
