/** The witness: looks at the books on a connection of its own, past whatever the service runs on. */
@NullMarked
package org.reactivesessions.orders.audit;

import org.jspecify.annotations.NullMarked;
