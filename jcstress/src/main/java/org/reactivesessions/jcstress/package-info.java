/**
 * What the races share: a database that answers at once, a clock that stands still, and {@link
 * org.reactivesessions.jcstress.StressRun}, which runs them all and writes down which ends were seen. The races themselves are
 * in the packages of what they try.
 */
@NullMarked
package org.reactivesessions.jcstress;

import org.jspecify.annotations.NullMarked;
