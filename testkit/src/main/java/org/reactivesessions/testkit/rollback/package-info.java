/**
 * A test in one transaction that is rolled back at its end, whatever the code under test begins and commits.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.testkit.rollback.RollbackConnections}: a connection factory whose connections share the
 *       one transaction of a test, for any code that works with R2DBC.
 * </ul>
 */
@NullMarked
package org.reactivesessions.testkit.rollback;

import org.jspecify.annotations.NullMarked;
