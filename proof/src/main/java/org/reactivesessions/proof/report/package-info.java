/**
 * What the programs are called with, {@link org.reactivesessions.proof.report.Arguments}, and what they leave behind: a {@link
 * org.reactivesessions.proof.report.Page}, written as text and as HTML.
 */
@NullMarked
package org.reactivesessions.proof.report;

import org.jspecify.annotations.NullMarked;
