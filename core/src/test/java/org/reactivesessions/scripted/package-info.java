/**
 * A driver whose answers a test releases by hand. {@link org.reactivesessions.scripted.ScriptedDatabase} opens
 * connections and keeps what reached the wire, {@link org.reactivesessions.scripted.Exchange} is one message and its
 * answer, {@link org.reactivesessions.scripted.EventLoop} is a thread of its own for a connection,
 * {@link org.reactivesessions.scripted.NothingDropped} fails a test whose signals got lost, and
 * {@link org.reactivesessions.scripted.Logs} keeps what was logged.
 */
@NullMarked
package org.reactivesessions.scripted;

import org.jspecify.annotations.NullMarked;
