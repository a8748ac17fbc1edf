/**
 * The door. {@link org.reactivesessions.ReactiveSessions} runs functions in transactions,
 * {@link org.reactivesessions.ReactiveSessionsBuilder} makes one for any R2DBC driver,
 * {@link org.reactivesessions.Session} is what a function works with, and
 * {@link org.reactivesessions.SqlStatement} is one statement of it.
 */
@NullMarked
package org.reactivesessions;

import org.jspecify.annotations.NullMarked;
