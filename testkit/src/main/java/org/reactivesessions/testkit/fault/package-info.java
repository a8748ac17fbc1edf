/**
 * Faults that a server or a caller can be made to have, without a proxy and with any R2DBC driver.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.testkit.fault.Faults}: commits that the server refuses, sessions that it ends;
 *   <li>{@link org.reactivesessions.testkit.fault.CancelAt}: a subscriber that cancels at a certain step.
 * </ul>
 */
@NullMarked
package org.reactivesessions.testkit.fault;

import org.jspecify.annotations.NullMarked;
