package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTransientException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.LifePhase;

/** The table once more, spelled out: phase, SQLSTATE and severity, and the exception the driver makes of it. */
class SqlStateTest {

    private static final Class<? extends R2dbcException> RESOURCE = R2dbcNonTransientResourceException.class;
    private static final Class<? extends R2dbcException> DENIED = R2dbcPermissionDeniedException.class;
    private static final Class<? extends R2dbcException> INTEGRITY = R2dbcDataIntegrityViolationException.class;
    private static final Class<? extends R2dbcException> GRAMMAR = R2dbcBadGrammarException.class;
    private static final String SET_CONFIG = "set_config_with_handle";
    private static final String REVALIDATION = "RevalidateCachedQuery";

    private static final List<Row> TABLE = List.of(
            // while the database is away, the driver's classes say "never try again"
            row("08000", "FATAL").by(RESOURCE).always(FailureClass.OUTAGE),
            row("08006", null).by(RESOURCE).always(FailureClass.OUTAGE),
            row("08007", null).by(RESOURCE).always(FailureClass.OTHER),
            row("08P01", "FATAL").by(RESOURCE).always(FailureClass.OUTAGE),
            row("08P01", null).by(RESOURCE).always(FailureClass.OUTAGE),
            row("08P01", "ERROR").by(RESOURCE).connecting(FailureClass.OUTAGE),
            row("08006", "ERROR").by(RESOURCE).connecting(FailureClass.OUTAGE),
            row("08X42", "FATAL").by(RESOURCE).always(FailureClass.OUTAGE),
            row("53300", "FATAL").by(RESOURCE).always(FailureClass.OUTAGE),
            row("53300", "ERROR").by(RESOURCE).connecting(FailureClass.OUTAGE),
            row("57P01", "FATAL").by(RESOURCE).always(FailureClass.OUTAGE),
            row("57P01", "PANIC").by(RESOURCE).always(FailureClass.OUTAGE),
            row("57P02", "FATAL").by(RESOURCE).always(FailureClass.OUTAGE),
            row("57P03", "FATAL").by(RESOURCE).always(FailureClass.OUTAGE),
            row("57P05", "FATAL").by(RESOURCE).always(FailureClass.OUTAGE),
            // refused for good; the driver's class is that of a missing GRANT, too
            row("28000", "FATAL").by(DENIED).connecting(FailureClass.REFUSAL),
            row("28P01", "FATAL").by(DENIED).connecting(FailureClass.REFUSAL),
            row("28000", "ERROR").by(DENIED).connecting(FailureClass.REFUSAL),
            row("3D000", "FATAL").by(RESOURCE).connecting(FailureClass.REFUSAL),
            row("3D000", "ERROR").by(RESOURCE).connecting(FailureClass.REFUSAL),
            row("42501", "ERROR").by(DENIED).always(FailureClass.OTHER),
            // worth another run; transient, not transient, and not even of one family
            row("40001", "ERROR").by(R2dbcRollbackException.class).always(FailureClass.SERIALIZATION),
            row("40001", "FATAL").by(R2dbcRollbackException.class).always(FailureClass.SERIALIZATION),
            row("40P01", "ERROR").by(R2dbcTransientException.class).always(FailureClass.DEADLOCK),
            row("40P01", "FATAL").by(R2dbcTransientException.class).always(FailureClass.DEADLOCK),
            row("55P03", "ERROR").by(RESOURCE).always(FailureClass.LOCK_TIMEOUT),
            row("23505", "ERROR").by(INTEGRITY).always(FailureClass.DUPLICATE),
            row("23P01", "ERROR").by(INTEGRITY).always(FailureClass.DUPLICATE),
            // transient, says the driver, of a COMMIT that may have succeeded
            row("40000", "ERROR").by(R2dbcRollbackException.class).always(FailureClass.OTHER),
            row("40002", "ERROR").by(R2dbcTransientException.class).always(FailureClass.OTHER),
            row("40003", "ERROR").by(R2dbcTransientException.class).always(FailureClass.OTHER),
            // no writes
            row("25006", "ERROR").by(RESOURCE).always(FailureClass.READ_ONLY),
            row("0A000", "ERROR").by(RESOURCE).only(LifePhase.BEGINNING, FailureClass.READ_ONLY),
            row("0A000", "ERROR").from(SET_CONFIG).by(RESOURCE).only(LifePhase.BEGINNING, FailureClass.READ_ONLY),
            // stale plans
            row("0A000", "ERROR")
                    .from(REVALIDATION)
                    .by(RESOURCE)
                    .only(LifePhase.ACTIVE, FailureClass.STALE_PLAN)
                    .but(LifePhase.BEGINNING, FailureClass.READ_ONLY),
            row("26000", "ERROR").by(GRAMMAR).always(FailureClass.STALE_PLAN),
            row("25P02", "ERROR").by(RESOURCE).only(LifePhase.ACTIVE, FailureClass.STALE_PLAN),
            // everything else; of class "resource", of all things
            row("57014", "ERROR").by(RESOURCE).always(FailureClass.OTHER),
            row("57P04", "FATAL").by(RESOURCE).always(FailureClass.OTHER),
            row("25P01", "ERROR").by(RESOURCE).always(FailureClass.OTHER),
            row("25P03", "FATAL").by(RESOURCE).always(FailureClass.OTHER),
            row("25P04", "FATAL").by(RESOURCE).always(FailureClass.OTHER),
            row("53100", "ERROR").by(RESOURCE).always(FailureClass.OTHER),
            row("53200", "ERROR").by(RESOURCE).always(FailureClass.OTHER),
            row("XX000", "PANIC").by(RESOURCE).always(FailureClass.OTHER),
            row("P0001", "ERROR").by(RESOURCE).always(FailureClass.OTHER),
            row("99999", null).by(RESOURCE).always(FailureClass.OTHER),
            row("0A", null).by(RESOURCE).always(FailureClass.OTHER),
            row("0", null).by(RESOURCE).always(FailureClass.OTHER),
            row("", null).by(RESOURCE).always(FailureClass.OTHER),
            row("21000", "ERROR").by(INTEGRITY).always(FailureClass.OTHER),
            row("23502", "ERROR").by(INTEGRITY).always(FailureClass.OTHER),
            row("23503", "ERROR").by(INTEGRITY).always(FailureClass.OTHER),
            row("23514", "ERROR").by(INTEGRITY).always(FailureClass.OTHER),
            row("22012", "ERROR").by(GRAMMAR).always(FailureClass.OTHER),
            row("42601", "ERROR").by(GRAMMAR).always(FailureClass.OTHER),
            row("42P01", "ERROR").by(GRAMMAR).always(FailureClass.OTHER));

    /** One error and what it says in each phase. */
    private record Row(
            String state,
            @Nullable String severity,
            @Nullable String routine,
            Class<? extends R2dbcException> driver,
            Map<LifePhase, FailureClass> expected) {

        Row from(String name) {
            return new Row(state, severity, name, driver, expected);
        }

        Row by(Class<? extends R2dbcException> category) {
            return new Row(state, severity, routine, category, expected);
        }

        Row always(FailureClass what) {
            return Stream.of(LifePhase.values()).reduce(this, (row, phase) -> row.but(phase, what), (a, b) -> b);
        }

        Row only(LifePhase phase, FailureClass what) {
            return always(FailureClass.OTHER).but(phase, what);
        }

        Row connecting(FailureClass what) {
            return only(LifePhase.ACQUIRING, what);
        }

        Row but(LifePhase phase, FailureClass what) {
            Map<LifePhase, FailureClass> changed = new EnumMap<>(LifePhase.class);
            changed.putAll(expected);
            changed.put(phase, what);
            return new Row(state, severity, routine, driver, changed);
        }

        R2dbcException error() {
            return DriverErrors.of(state, severity, routine);
        }

        @Override
        public String toString() {
            return state + " " + severity + (routine == null ? "" : " of " + routine);
        }
    }

    private static Row row(String state, @Nullable String severity) {
        return new Row(state, severity, null, R2dbcNonTransientException.class, Map.of());
    }

    static List<Row> table() {
        return TABLE;
    }

    @ParameterizedTest
    @MethodSource("table")
    void anErrorOfTheServerMustBeClassifiedByPhaseStateAndSeverity(Row row) {
        R2dbcException error = row.error();

        assertThat(error).as("what the driver makes of it").isInstanceOf(row.driver());
        for (LifePhase phase : LifePhase.values()) {
            assertThat(new PostgresDialect().classify(phase, error))
                    .as("%s in %s", row, phase)
                    .isEqualTo(row.expected().get(phase));
        }
    }

    @Test
    void everyClassMustBeReachable() {
        Set<FailureClass> reached =
                TABLE.stream().flatMap(row -> row.expected().values().stream()).collect(Collectors.toSet());

        assertThat(EnumSet.allOf(FailureClass.class)).containsExactlyInAnyOrderElementsOf(reached);
    }

    @Test
    void everyStateMustBeTested() {
        Set<SqlState> tested = EnumSet.noneOf(SqlState.class);
        for (Row row : TABLE) {
            SqlState known = SqlState.of(row.state());
            if (known != null) {
                tested.add(known);
            }
        }

        assertThat(tested).containsExactlyInAnyOrder(SqlState.values());
    }

    /** As the appendix has them, and so none twice. */
    @Test
    void theTableMustBeInTheOrderOfItsCodes() {
        List<String> codes = Stream.of(SqlState.values()).map(SqlState::code).toList();

        assertThat(codes).containsExactlyElementsOf(new TreeSet<>(codes));
    }
}
