/** What the page shows, gathered twice a second for whoever watches. */
@NullMarked
package org.reactivesessions.orders.live;

import org.jspecify.annotations.NullMarked;
