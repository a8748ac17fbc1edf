/**
 * What the long programs print and leave behind: {@link org.reactivesessions.postgres.report.Page}, lines and tables, and
 * {@link org.reactivesessions.postgres.report.Arguments}, what they are called with.
 */
@NullMarked
package org.reactivesessions.postgres.report;

import org.jspecify.annotations.NullMarked;
