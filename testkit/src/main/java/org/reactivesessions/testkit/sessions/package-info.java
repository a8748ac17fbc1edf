/**
 * Reactive sessions in tests.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.testkit.sessions.SessionsParameter}: sessions as a parameter of a test;
 *   <li>{@link org.reactivesessions.testkit.sessions.RollbackSessions}: sessions whose work is rolled back after the test;
 *   <li>{@link org.reactivesessions.testkit.sessions.SessionsPerTest}: those as a parameter;
 *   <li>{@link org.reactivesessions.testkit.sessions.SessionsPool}: their pool, for a leak check;
 *   <li>{@link org.reactivesessions.testkit.sessions.SessionFaults}: faults of sessions known by name.
 * </ul>
 */
@NullMarked
package org.reactivesessions.testkit.sessions;

import org.jspecify.annotations.NullMarked;
