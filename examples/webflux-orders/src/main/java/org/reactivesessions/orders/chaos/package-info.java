/** Faults at the push of a button: lost backends, commits that are held back, a server that restarts. */
@NullMarked
package org.reactivesessions.orders.chaos;

import org.jspecify.annotations.NullMarked;
