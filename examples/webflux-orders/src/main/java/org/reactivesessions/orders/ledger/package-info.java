/** Accounts and the transfers between them, once on sessions and once on plain Spring transactions. */
@NullMarked
package org.reactivesessions.orders.ledger;

import org.jspecify.annotations.NullMarked;
