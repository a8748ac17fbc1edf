/**
 * The experiment that nothing is lost: {@link org.reactivesessions.proof.ProofRun} is the program.
 */
@NullMarked
package org.reactivesessions.proof;

import org.jspecify.annotations.NullMarked;
