/**
 * A PgBouncer of a program's own, where that pooler is installed.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.testkit.pgbouncer.PgBouncerProcess}: the process;
 *   <li>{@link org.reactivesessions.testkit.pgbouncer.PgBouncerOptions}: what it is told.
 * </ul>
 */
@NullMarked
package org.reactivesessions.testkit.pgbouncer;

import org.jspecify.annotations.NullMarked;
