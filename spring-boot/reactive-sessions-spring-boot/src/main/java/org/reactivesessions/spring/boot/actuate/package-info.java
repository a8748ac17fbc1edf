/**
 * What an operator sees of sessions: their health, who is at work, and their meters and observations.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.spring.boot.actuate.SessionsHealthIndicator}: whether the database answers, and what stands in the
 *       way of work.
 *   <li>{@link org.reactivesessions.spring.boot.actuate.SessionsEndpoint}: everything that is under way.
 * </ul>
 */
@NullMarked
package org.reactivesessions.spring.boot.actuate;

import org.jspecify.annotations.NullMarked;
