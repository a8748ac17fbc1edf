/** Programs that put the service under load and leave it in the middle, and what they look at. */
@NullMarked
package org.reactivesessions.orders.evidence;

import org.jspecify.annotations.NullMarked;
