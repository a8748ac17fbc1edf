/** Breaks every rule of the module, so that each is seen to stand. */
@NullMarked
package org.reactivesessions.micrometer.planted;

import org.jspecify.annotations.NullMarked;
