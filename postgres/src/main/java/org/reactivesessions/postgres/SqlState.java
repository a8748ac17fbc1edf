package org.reactivesessions.postgres;

import io.r2dbc.postgresql.api.ErrorDetails;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.LifePhase;

/**
 * The SQLSTATEs that decide what is done, in the order and by the names of PostgreSQL's appendix A, <a
 * href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error Codes</a>, and what each says where
 * it is seen. All that are not here say {@link FailureClass#OTHER}. Immutable.
 *
 * <p>An {@code ERROR} is never an outage, except while connecting: the server that reports one is there and ready for the next
 * command. A protocol violation (08P01) of that severity is a wrong number of binds, a lost connection (08006) is that of a
 * foreign table or of {@code RAISE}. Who says FATAL, PANIC or nothing of a severity, as the driver and poolers do, is believed.
 */
enum SqlState {
    /** The whole of class 08. */
    CONNECTION_EXCEPTION("08", FailureClass.OUTAGE),
    /** A transaction in doubt: nothing may be concluded from it. */
    TRANSACTION_RESOLUTION_UNKNOWN("08007", FailureClass.OTHER),
    /** A standby answers BEGIN READ WRITE with it; else it may be a plan of before an ALTER TABLE. */
    FEATURE_NOT_SUPPORTED("0A000", FailureClass.READ_ONLY, LifePhase.BEGINNING) {
        @Override
        FailureClass in(LifePhase phase, @Nullable ErrorDetails details) {
            return phase == LifePhase.ACTIVE && isOfStalePlan(details)
                    ? FailureClass.STALE_PLAN
                    : super.in(phase, details);
        }
    },
    UNIQUE_VIOLATION("23505", FailureClass.DUPLICATE),
    EXCLUSION_VIOLATION("23P01", FailureClass.DUPLICATE),
    READ_ONLY_SQL_TRANSACTION("25006", FailureClass.READ_ONLY),
    /**
     * As the first error of a transaction: the driver has seen a stale plan, has sent the statement again without telling, and
     * tells of the second answer.
     */
    IN_FAILED_SQL_TRANSACTION("25P02", FailureClass.STALE_PLAN, LifePhase.ACTIVE),
    /** The prepared statement is not there any more, after DISCARD or DEALLOCATE. */
    INVALID_SQL_STATEMENT_NAME("26000", FailureClass.STALE_PLAN),
    /** The whole of class 28. */
    INVALID_AUTHORIZATION_SPECIFICATION("28", FailureClass.REFUSAL, LifePhase.ACQUIRING),
    /** There is no such database. */
    INVALID_CATALOG_NAME("3D000", FailureClass.REFUSAL, LifePhase.ACQUIRING),
    /** FATAL on a standby, where it is a conflict with recovery and the connection is gone; that says the same. */
    SERIALIZATION_FAILURE("40001", FailureClass.SERIALIZATION),
    DEADLOCK_DETECTED("40P01", FailureClass.DEADLOCK),
    TOO_MANY_CONNECTIONS("53300", FailureClass.OUTAGE),
    LOCK_NOT_AVAILABLE("55P03", FailureClass.LOCK_TIMEOUT),
    ADMIN_SHUTDOWN("57P01", FailureClass.OUTAGE),
    CRASH_SHUTDOWN("57P02", FailureClass.OUTAGE),
    CANNOT_CONNECT_NOW("57P03", FailureClass.OUTAGE),
    IDLE_SESSION_TIMEOUT("57P05", FailureClass.OUTAGE);

    private static final int CLASS_LENGTH = 2;

    /** The routine of the server that raises "cached plan must not change result type", which is localised. */
    private static final String REVALIDATION = "RevalidateCachedQuery";

    private static final Map<String, SqlState> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(SqlState::code, Function.identity()));

    private final String code;
    private final FailureClass says;
    private final @Nullable LifePhase only;

    SqlState(String code, FailureClass says) {
        this(code, says, null);
    }

    /**
     * @param only the phase in which it says that, {@code null} for all; in the others it says {@link FailureClass#OTHER}
     */
    SqlState(String code, FailureClass says, @Nullable LifePhase only) {
        this.code = code;
        this.says = says;
        this.only = only;
    }

    /** Five characters, or the two of a class. */
    String code() {
        return code;
    }

    /** Looks an SQLSTATE up: itself, or else its class. */
    static @Nullable SqlState of(String code) {
        SqlState exact = BY_CODE.get(code);
        return exact != null || code.length() < CLASS_LENGTH ? exact : BY_CODE.get(code.substring(0, CLASS_LENGTH));
    }

    /**
     * What an SQLSTATE says.
     *
     * @param details what the server says beside it, {@code null} if it is not the server's
     */
    static FailureClass classify(String code, LifePhase phase, @Nullable ErrorDetails details) {
        SqlState known = of(code);
        return known == null ? FailureClass.OTHER : known.in(phase, details);
    }

    FailureClass in(LifePhase phase, @Nullable ErrorDetails details) {
        boolean elsewhere = only != null && phase != only;
        boolean goesOn = says == FailureClass.OUTAGE && phase != LifePhase.ACQUIRING && isError(details);
        return elsewhere || goesOn ? FailureClass.OTHER : says;
    }

    private static boolean isError(@Nullable ErrorDetails details) {
        return details != null && "ERROR".equals(details.getSeverityNonLocalized());
    }

    private static boolean isOfStalePlan(@Nullable ErrorDetails details) {
        return details != null
                && details.getRoutine().filter(REVALIDATION::equals).isPresent();
    }
}
