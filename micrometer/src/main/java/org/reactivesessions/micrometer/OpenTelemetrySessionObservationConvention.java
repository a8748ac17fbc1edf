package org.reactivesessions.micrometer;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.TransactionOutcome;

/**
 * The names of OpenTelemetry's conventions for databases. The observation is {@code db.client.operation.duration}; the span is
 * called as the transaction, which is its {@code db.query.summary}.
 *
 * <ul>
 *   <li><strong>Low cardinality</strong>, always there: {@code db.system.name}, {@code db.namespace}, {@code db.query.summary},
 *       {@code server.address}, {@code server.port}, {@code error.type}, {@code reactive.sessions.outcome}; {@code none} stands
 *       for what is not known or did not happen, because some registries need the same tags every time.
 *   <li><strong>High cardinality:</strong> {@code db.response.status_code}, which is the SQLSTATE, if there is one;
 *       {@code reactive.sessions.attempts} and {@code reactive.sessions.statements}.
 * </ul>
 *
 * <p>Stateless and thread-safe.
 *
 * @since 0.1
 */
public class OpenTelemetrySessionObservationConvention implements SessionObservationConvention {

    /** Creates the convention. */
    public OpenTelemetrySessionObservationConvention() {}

    @Override
    public String getName() {
        return "db.client.operation.duration";
    }

    @Override
    public String getContextualName(SessionObservationContext context) {
        return context.transaction();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(SessionObservationContext context) {
        DatabaseDescription database = context.database();
        TransactionOutcome outcome = context.outcome();
        return KeyValues.of(
                "db.system.name", database.system(),
                "db.namespace", orNone(database.namespace()),
                "db.query.summary", context.transaction(),
                "server.address", orNone(database.host()),
                "server.port", database.port() == 0 ? ErrorNames.NONE : String.valueOf(database.port()),
                "error.type", ErrorNames.full(context.getError()),
                "reactive.sessions.outcome", outcome == null ? ErrorNames.NONE : Meters.word(outcome));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(SessionObservationContext context) {
        KeyValues values = KeyValues.of(
                "reactive.sessions.attempts", String.valueOf(context.attempts()),
                "reactive.sessions.statements", String.valueOf(context.statements()));
        String state = ErrorNames.sqlState(context.getError());
        return state == null ? values : values.and(KeyValue.of("db.response.status_code", state));
    }

    private static String orNone(@Nullable String value) {
        return value == null ? ErrorNames.NONE : value;
    }
}
