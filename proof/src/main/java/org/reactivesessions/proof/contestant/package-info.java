/**
 * Who is put to the proof: {@link org.reactivesessions.proof.contestant.Ours} and what is written by hand or taken from elsewhere
 * instead, all of them a {@link org.reactivesessions.proof.contestant.Contestant} with the same {@link
 * org.reactivesessions.proof.contestant.Limits}.
 */
@NullMarked
package org.reactivesessions.proof.contestant;

import org.jspecify.annotations.NullMarked;
