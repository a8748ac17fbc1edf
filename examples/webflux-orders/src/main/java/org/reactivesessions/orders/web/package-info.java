/** What clients see: accounts, transfers, the stream of orders, and what they hear when something is refused. */
@NullMarked
package org.reactivesessions.orders.web;

import org.jspecify.annotations.NullMarked;
