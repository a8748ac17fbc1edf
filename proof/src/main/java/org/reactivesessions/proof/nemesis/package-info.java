/**
 * What goes wrong: a {@link org.reactivesessions.proof.nemesis.Schedule} of faults, which a seed alone decides, and the {@link
 * org.reactivesessions.proof.nemesis.Nemesis} that makes them happen in a {@link org.reactivesessions.proof.nemesis.Scene}.
 */
@NullMarked
package org.reactivesessions.proof.nemesis;

import org.jspecify.annotations.NullMarked;
