/** What the page shows. */
@NullMarked
package org.reactivesessions.orders.live;

import org.jspecify.annotations.NullMarked;
