/** What has happened lately, in words. */
@NullMarked
package org.reactivesessions.orders.journal;

import org.jspecify.annotations.NullMarked;
