/** A planted violation. */
@org.jspecify.annotations.NullMarked
package org.reactivesessions.planted.resilience;
