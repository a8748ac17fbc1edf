/**
 * PostgreSQL, through r2dbc-postgresql. {@link org.reactivesessions.postgres.PostgresSessions} makes sessions from an address,
 * {@link org.reactivesessions.postgres.PostgresDialect} is how PostgreSQL begins, commits, rolls back and is wrapped,
 * {@link org.reactivesessions.postgres.CommitMarkerSchema} puts into a database what commit markers need. The only importer of
 * the driver.
 */
@NullMarked
package org.reactivesessions.postgres;

import org.jspecify.annotations.NullMarked;
