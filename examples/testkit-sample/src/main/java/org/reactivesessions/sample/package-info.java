/** A program that works with the plain driver. */
@NullMarked
package org.reactivesessions.sample;

import org.jspecify.annotations.NullMarked;
