/**
 * The door. {@link org.reactivesessions.ReactiveSessions} runs functions in transactions,
 * {@link org.reactivesessions.ReactiveSessionsBuilder} makes one for any R2DBC driver,
 * {@link org.reactivesessions.Session} is what a function works with,
 * {@link org.reactivesessions.SqlStatement} is one statement of it, and
 * {@link org.reactivesessions.SessionsProvider} makes sessions for who knows no more than a URL.
 */
@NullMarked
package org.reactivesessions;

import org.jspecify.annotations.NullMarked;
