/**
 * The soak: {@link org.reactivesessions.postgres.soak.SoakRun}, half an hour of random faults under load, after which nothing may
 * be half, lost or left over, and nothing may have grown.
 */
@NullMarked
package org.reactivesessions.postgres.soak;

import org.jspecify.annotations.NullMarked;
