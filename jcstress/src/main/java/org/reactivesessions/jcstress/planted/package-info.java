/** A race that is wrong on purpose, by which a run shows that it finds one. */
@NullMarked
package org.reactivesessions.jcstress.planted;

import org.jspecify.annotations.NullMarked;
