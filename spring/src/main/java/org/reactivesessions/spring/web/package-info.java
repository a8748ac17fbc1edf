/**
 * Sessions and WebFlux: what a client is told of a failure, and a transaction for each request.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.spring.web.SessionProblems}: failures as problem details, for whoever answers them.
 *   <li>{@link org.reactivesessions.spring.web.SessionProblemHandler}: answers those that nobody else has answered.
 *   <li>{@link org.reactivesessions.spring.web.RequestTransactions}: a transaction for each request, by path or by route.
 *   <li>{@link org.reactivesessions.spring.web.AnsweredErrors}: what such a transaction knows of exception handlers.
 * </ul>
 */
@NullMarked
package org.reactivesessions.spring.web;

import org.jspecify.annotations.NullMarked;
