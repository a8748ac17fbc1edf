/** The service as a whole: its start, and what can be set. */
@NullMarked
package org.reactivesessions.orders;

import org.jspecify.annotations.NullMarked;
