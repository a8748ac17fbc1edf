/** The service, asked over HTTP as its clients ask it. */
@NullMarked
package org.reactivesessions.orders;

import org.jspecify.annotations.NullMarked;
