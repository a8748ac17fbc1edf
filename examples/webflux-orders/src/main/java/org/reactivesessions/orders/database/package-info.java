/** Where the service finds its database: behind the URL it was given, or on a server it brings along. */
@NullMarked
package org.reactivesessions.orders.database;

import org.jspecify.annotations.NullMarked;
