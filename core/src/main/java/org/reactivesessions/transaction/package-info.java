/**
 * The life of one transaction. {@link org.reactivesessions.transaction.TransactionOptions} says what it shall be,
 * {@link org.reactivesessions.transaction.TimeLimits} how long its steps may take,
 * {@link org.reactivesessions.transaction.ServerCancelOptions} what is cancelled on the server,
 * {@link org.reactivesessions.transaction.Transactions} runs it; {@code TransactionLife} is the life itself.
 */
@NullMarked
package org.reactivesessions.transaction;

import org.jspecify.annotations.NullMarked;
