/** Who may break things. */
@NullMarked
package org.reactivesessions.orders.chaos;

import org.jspecify.annotations.NullMarked;
