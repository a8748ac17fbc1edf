package org.reactivesessions.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * How the observation of a transaction is called and what is told of it. Implementations must be thread-safe.
 *
 * @since 0.1
 */
public interface SessionObservationConvention extends ObservationConvention<SessionObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof SessionObservationContext;
    }
}
