/** Clients that the page can start: they transfer over HTTP, and some of them leave before they are answered. */
@NullMarked
package org.reactivesessions.orders.load;

import org.jspecify.annotations.NullMarked;
