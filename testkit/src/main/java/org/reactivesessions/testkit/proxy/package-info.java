/**
 * A TCP proxy between a client and PostgreSQL that understands their messages, injects faults exactly where a test wants
 * them and counts round trips.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.testkit.proxy.FaultProxy}: the proxy, its rules and its modes;
 *   <li>{@link org.reactivesessions.testkit.proxy.FrameMatch}: which messages a rule is about;
 *   <li>{@link org.reactivesessions.testkit.proxy.Rule}: one rule at work, to wait for and to release;
 *   <li>{@link org.reactivesessions.testkit.proxy.Toxics}: what happens to bytes, whatever they mean;
 *   <li>{@link org.reactivesessions.testkit.proxy.RoundTrips}: what a count of round trips found;
 *   <li>{@link org.reactivesessions.testkit.proxy.LatencyProxy}: one that knows no messages and makes the way longer, for load.
 * </ul>
 */
@NullMarked
package org.reactivesessions.testkit.proxy;

import org.jspecify.annotations.NullMarked;
