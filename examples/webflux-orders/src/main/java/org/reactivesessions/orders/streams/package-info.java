/** Answers that do not end by themselves, and end when the service does. */
@NullMarked
package org.reactivesessions.orders.streams;

import org.jspecify.annotations.NullMarked;
