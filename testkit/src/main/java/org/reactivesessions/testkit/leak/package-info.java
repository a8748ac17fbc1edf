/**
 * A check that a test has left nothing behind: no connection, nothing on the server, no dropped signal, no leaked buffer. It
 * works with any pool and any R2DBC driver, and knows nothing of Reactive Sessions.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.testkit.leak.CheckLeaks}: the annotation for a test class;
 *   <li>{@link org.reactivesessions.testkit.leak.LeakCheck}: the check itself, for a test that tells it what to look at, or
 *       for code without JUnit;
 *   <li>{@link org.reactivesessions.testkit.leak.WatchedPool}: what the check asks a pool;
 *   <li>{@link org.reactivesessions.testkit.leak.LeakCheckExtension}: the JUnit extension behind the annotation;
 *   <li>{@link org.reactivesessions.testkit.leak.DroppedSignals}: what Reactor dropped;
 *   <li>{@link org.reactivesessions.testkit.leak.BufferLeaks}: what Netty found leaked;
 *   <li>{@link org.reactivesessions.testkit.leak.Garbage}: a collection that makes Netty look.
 * </ul>
 */
@NullMarked
package org.reactivesessions.testkit.leak;

import org.jspecify.annotations.NullMarked;
