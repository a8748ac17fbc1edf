/**
 * What the clients do, the same for every contestant: {@link org.reactivesessions.proof.workload.Workload} chooses {@link
 * org.reactivesessions.proof.workload.Operation}s by a seed, and {@link org.reactivesessions.proof.workload.Script} says what each
 * does with {@link org.reactivesessions.proof.workload.Statements} and what it notes in its {@link
 * org.reactivesessions.proof.workload.Witness}.
 */
@NullMarked
package org.reactivesessions.proof.workload;

import org.jspecify.annotations.NullMarked;
