/**
 * How a database begins, commits, rolls back and is wrapped. {@link org.reactivesessions.dialect.Dialect} is the only
 * seam between this library and a database, {@link org.reactivesessions.dialect.StandardDialect} is plain R2DBC, and
 * {@link org.reactivesessions.dialect.CommitAnswer} classifies the answer to COMMIT,
 * {@link org.reactivesessions.dialect.FailureClass} every other error.
 * {@link org.reactivesessions.dialect.TransactionAttributes} is what a transaction can ask for beyond R2DBC's own attributes.
 */
@NullMarked
package org.reactivesessions.dialect;

import org.jspecify.annotations.NullMarked;
