package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/** Round trips are exact: what is asserted here is what the program prints, on every machine. */
@Tag("patient")
@TestInstance(Lifecycle.PER_CLASS)
class RoundTripsOfIT {

    private final TestDatabase database = TestServers.current().freshDatabase();
    private final Bench bench;

    RoundTripsOfIT() throws SQLException {
        bench = Bench.on(database);
    }

    /** Every row tells under what settings it was written. */
    @BeforeAll
    void letRowsTell() throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE note"
                    + " ADD isolation text DEFAULT current_setting('transaction_isolation'),"
                    + " ADD lock_timeout text DEFAULT current_setting('lock_timeout'),"
                    + " ADD tenant text DEFAULT current_setting('app.tenant', true)");
        }
    }

    @AfterAll
    void dropTheDatabase() {
        bench.close();
    }

    /** What a transaction costs beside its statements, by scope. */
    private Map<CountedScope, Long> extras(Entrant contender) {
        Map<CountedScope, Long> extras = new EnumMap<>(CountedScope.class);
        RoundTripsOf.count(bench, contender)
                .forEach((scope, count) -> count.ifPresent(number -> extras.put(scope, number - scope.statements())));
        return extras;
    }

    @Test
    void theTextbookMustCostWhatItsBudgetSays() {
        Map<CountedScope, Long> extras = extras(Entrant.BYHAND);

        assertThat(extras)
                .containsExactly(
                        Map.entry(CountedScope.WRITE_1, 2L),
                        Map.entry(CountedScope.WRITE_3, 2L),
                        Map.entry(CountedScope.SETTINGS_1, 5L),
                        Map.entry(CountedScope.SETTINGS_3, 5L),
                        Map.entry(CountedScope.NESTED, 4L),
                        Map.entry(CountedScope.READ_ONLY, 2L),
                        Map.entry(CountedScope.QUEUED, 40L),
                        Map.entry(CountedScope.READ, 0L))
                .allSatisfy((scope, extra) ->
                        assertThat(scope.budget(Entrant.BYHAND)).matches(budget -> budget.allows(extra)));
    }

    @Test
    void oursWithoutAGuardMustCostWhatItsBudgetSays() {
        Map<CountedScope, Long> extras = extras(Entrant.OURS_UNGUARDED);

        assertThat(extras)
                .hasSize(CountedScope.values().length)
                .allSatisfy((scope, extra) -> assertThat(scope.budget(Entrant.OURS_UNGUARDED))
                        .as(scope.toString())
                        .matches(budget -> budget.allows(extra)));
    }

    @Test
    void jdbcMustCostWhatItsBudgetSays() {
        Map<CountedScope, Long> extras = extras(Entrant.JDBC);

        assertThat(extras)
                .containsExactly(
                        Map.entry(CountedScope.WRITE_1, 1L),
                        Map.entry(CountedScope.WRITE_3, 1L),
                        Map.entry(CountedScope.SETTINGS_1, 5L),
                        Map.entry(CountedScope.SETTINGS_3, 5L),
                        Map.entry(CountedScope.NESTED, 3L),
                        Map.entry(CountedScope.READ_ONLY, 1L),
                        Map.entry(CountedScope.QUEUED, 20L),
                        Map.entry(CountedScope.READ, 0L))
                .allSatisfy((scope, extra) ->
                        assertThat(scope.budget(Entrant.JDBC)).matches(budget -> budget.allows(extra)));
    }

    /** The budget of the design: n + 1 whatever the options, also with a marker, and n while others wait. */
    @Test
    void oursMustCostExactlyItsBudget() {
        assertThat(extras(Entrant.OURS))
                .containsExactly(
                        Map.entry(CountedScope.WRITE_1, 1L),
                        Map.entry(CountedScope.WRITE_3, 1L),
                        Map.entry(CountedScope.SETTINGS_1, 1L),
                        Map.entry(CountedScope.SETTINGS_3, 1L),
                        Map.entry(CountedScope.MARKED_3, 1L),
                        Map.entry(CountedScope.NESTED, 2L),
                        Map.entry(CountedScope.READ_ONLY, 1L),
                        Map.entry(CountedScope.QUEUED, 1L),
                        Map.entry(CountedScope.AWAITED, 2L),
                        Map.entry(CountedScope.STARTED_AT, 1L),
                        Map.entry(CountedScope.READ, 0L))
                .allSatisfy((scope, extra) ->
                        assertThat(scope.budget(Entrant.OURS)).matches(budget -> budget.allows(extra)));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "JDBC_VT")
    void everyScopeMustDoWhatItSays(Entrant contender) throws SQLException {
        try (CountedScopes scopes = CountedScopes.of(contender, bench.direct())) {
            for (CountedScope scope : CountedScope.values()) {
                bench.tidy();
                Optional<Runnable> run = scopes.of(scope);
                if (run.isPresent()) {
                    run.get().run();
                    assertThat(rows()).as(contender + ", " + scope).containsExactlyElementsOf(expected(scope));
                }
            }
        }
    }

    private static List<String> expected(CountedScope scope) {
        return switch (scope) {
            case WRITE_1 -> List.of("0 read committed 0 -");
            case WRITE_3, MARKED_3 -> List.of("0 read committed 0 -", "1 read committed 0 -", "2 read committed 0 -");
            case SETTINGS_1 -> List.of("0 repeatable read 1s blue");
            case SETTINGS_3 ->
                List.of("0 repeatable read 1s blue", "1 repeatable read 1s blue", "2 repeatable read 1s blue");
            case NESTED -> List.of("0 read committed 0 -", "0 read committed 0 -");
            case AWAITED, STARTED_AT -> List.of("0 read committed 0 -");
            case READ_ONLY, QUEUED, READ -> List.of();
        };
    }

    private List<String> rows() throws SQLException {
        String sql =
                "SELECT array_agg(concat_ws(' ', account, isolation, lock_timeout, coalesce(nullif(tenant, ''), '-'))"
                        + " ORDER BY account) FROM note";
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getArray(1) == null
                    ? List.of()
                    : Arrays.asList((String[]) row.getArray(1).getArray());
        }
    }

    @Test
    void theScopeWithAMarkerMustLeaveOne() throws SQLException {
        try (CountedScopes scopes = CountedScopes.of(Entrant.OURS, bench.direct())) {
            long before = markers();
            scopes.of(CountedScope.WRITE_3).orElseThrow().run();
            assertThat(markers()).isEqualTo(before);

            scopes.of(CountedScope.MARKED_3).orElseThrow().run();
            assertThat(markers()).isEqualTo(before + 1);
        }
    }

    private long markers() throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM reactive_sessions.commit_marker")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void aCountBesideTheBudgetMustBeFound() {
        assertThat(new Extra(3, 5)).matches(budget -> budget.allows(3)).matches(budget -> budget.allows(5));
        assertThat(new Extra(3, 5)).matches(budget -> !budget.allows(2)).matches(budget -> !budget.allows(6));
        assertThat(RoundTripsOf.cell(CountedScope.WRITE_1, Entrant.OURS, OptionalLong.of(3)))
                .isEqualTo("3 = n + 2 (n + 1) over");
        assertThat(RoundTripsOf.cell(CountedScope.SETTINGS_3, Entrant.BYHAND, OptionalLong.of(6)))
                .isEqualTo("6 = n + 3 (n + 4 … n + 6) under");
        assertThat(RoundTripsOf.cell(CountedScope.READ, Entrant.JDBC, OptionalLong.of(1)))
                .isEqualTo("1 = n + 0 (n + 0)");
        assertThat(RoundTripsOf.cell(CountedScope.SETTINGS_1, Entrant.OURS, OptionalLong.empty()))
                .isEqualTo("- (n + 1)");
    }
}
