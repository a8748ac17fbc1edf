/**
 * The preset for poolers on a real PgBouncer in transaction mode: {@link
 * org.reactivesessions.postgres.pgbouncer.PgBouncerRun} is the program that {@code scripts/pgbouncer-it.sh} runs.
 */
@NullMarked
package org.reactivesessions.postgres.pgbouncer;

import org.jspecify.annotations.NullMarked;
