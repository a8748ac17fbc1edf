/**
 * What the long programs print and leave behind: {@link org.reactivesessions.postgres.report.Page}, lines and tables, and
 * {@link org.reactivesessions.postgres.report.Arguments}, what they are called with; and {@link
 * org.reactivesessions.postgres.report.ProgramRun}, by which a test runs one.
 */
@NullMarked
package org.reactivesessions.postgres.report;

import org.jspecify.annotations.NullMarked;
