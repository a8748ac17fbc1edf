/**
 * A test in one transaction that is rolled back at its end, whatever the code under test begins and commits.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.testkit.rollback.RollbackAfterEach}: the annotation for a test class;
 *   <li>{@link org.reactivesessions.testkit.rollback.RollbackConnections}: a connection factory whose connections share the
 *       one transaction of a test, for any code that works with R2DBC;
 *   <li>{@link org.reactivesessions.testkit.rollback.RollbackOptions}: how that transaction is;
 *   <li>{@link org.reactivesessions.testkit.rollback.Turns}, {@link org.reactivesessions.testkit.rollback.Turn}: whose turn it is;
 *   <li>{@link org.reactivesessions.testkit.rollback.Rollbacks}, {@link org.reactivesessions.testkit.rollback.ConnectionsPerTest}: how
 *       parameters are made for the annotation.
 * </ul>
 */
@NullMarked
package org.reactivesessions.testkit.rollback;

import org.jspecify.annotations.NullMarked;
