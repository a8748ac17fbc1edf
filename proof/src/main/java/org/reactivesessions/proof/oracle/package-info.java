/**
 * Who decides: {@link org.reactivesessions.proof.oracle.Oracle} compares a database with journals, by plain JDBC, and answers with
 * {@link org.reactivesessions.proof.oracle.Check}s. Uses nothing of what it judges.
 */
@NullMarked
package org.reactivesessions.proof.oracle;

import org.jspecify.annotations.NullMarked;
