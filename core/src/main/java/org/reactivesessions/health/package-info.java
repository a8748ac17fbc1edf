/**
 * Whether the database answers, seen from outside the pool. {@link org.reactivesessions.health.HealthReport} is what was
 * found, {@link org.reactivesessions.health.HealthStatus} its short form, {@link org.reactivesessions.health.HealthProbe}
 * asks.
 */
@NullMarked
package org.reactivesessions.health;

import org.jspecify.annotations.NullMarked;
