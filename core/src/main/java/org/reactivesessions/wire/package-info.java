/**
 * What may reach the wire, and when. {@link org.reactivesessions.wire.WireExecutor} confines a physical connection to one
 * thread at a time, {@link org.reactivesessions.wire.StatementGate} decides whether a statement may still be sent, the
 * {@code Gated*} façades put every publisher of the driver behind it, and
 * {@link org.reactivesessions.wire.TransactionControl} finds transaction control in SQL text, and
 * {@link org.reactivesessions.wire.Residue} says what statements may have left.
 */
@NullMarked
package org.reactivesessions.wire;

import org.jspecify.annotations.NullMarked;
