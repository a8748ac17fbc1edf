/**
 * A server that says what a script tells it to, for what no real server does: lies about the protocol, and questions that must
 * not be answered.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.testkit.mock.MockServer}: the server, and what it was sent;
 *   <li>{@link org.reactivesessions.testkit.mock.Script}: what it does, one step after the other;
 *   <li>{@link org.reactivesessions.testkit.mock.Answers}: what it answers to queries;
 *   <li>{@link org.reactivesessions.testkit.mock.ServerMessage}: what it can say;
 *   <li>{@link org.reactivesessions.testkit.mock.ClientMessage}: what it has heard.
 * </ul>
 */
@NullMarked
package org.reactivesessions.testkit.mock;

import org.jspecify.annotations.NullMarked;
