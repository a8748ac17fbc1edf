package org.reactivesessions.micrometer;

import io.micrometer.common.KeyValues;
import org.reactivesessions.error.TransactionOutcome;

/**
 * The names of this library. The observation is {@code reactive.sessions.operation}, and its span is called as the transaction.
 *
 * <ul>
 *   <li><strong>Low cardinality</strong>, always there: {@code name}, {@code outcome} ({@code none} while it runs), {@code error.type}
 *       (SQLSTATE, or the simple name of a class, or {@code none}), {@code cancelled}, {@code repeated}, {@code db.system.name}.
 *   <li><strong>High cardinality:</strong> {@code attempts}, {@code statements}.
 * </ul>
 *
 * <p>Stateless and thread-safe.
 *
 * @since 0.1
 */
public class DefaultSessionObservationConvention implements SessionObservationConvention {

    /** Creates the convention. */
    public DefaultSessionObservationConvention() {}

    @Override
    public String getName() {
        return "reactive.sessions.operation";
    }

    @Override
    public String getContextualName(SessionObservationContext context) {
        return context.transaction();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(SessionObservationContext context) {
        TransactionOutcome outcome = context.outcome();
        return KeyValues.of(
                "name", context.transaction(),
                "outcome", outcome == null ? ErrorNames.NONE : Meters.word(outcome),
                "error.type", ErrorNames.full(context.getError()),
                "cancelled", String.valueOf(context.cancelled()),
                "repeated", String.valueOf(context.attempts() > 1),
                "db.system.name", context.database().system());
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(SessionObservationContext context) {
        return KeyValues.of(
                "attempts", String.valueOf(context.attempts()), "statements", String.valueOf(context.statements()));
    }
}
