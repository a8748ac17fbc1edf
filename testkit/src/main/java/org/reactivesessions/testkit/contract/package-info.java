/**
 * What every database must do behind {@link org.reactivesessions.ReactiveSessions}, as tests that name no driver.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.testkit.contract.SessionsContract}: the cases, and what an implementor supplies to run
 *       them against a driver;
 *   <li>{@link org.reactivesessions.testkit.contract.Capability}: what a driver may lack.
 * </ul>
 */
@NullMarked
package org.reactivesessions.testkit.contract;

import org.jspecify.annotations.NullMarked;
