/**
 * Sessions in a Spring Boot application: beans made from its properties and its connection factory.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.spring.boot.DatabaseProperties}, {@link org.reactivesessions.spring.boot.SessionsProperties}:
 *       what {@code reactive-sessions.*} says.
 *   <li>{@link org.reactivesessions.spring.boot.OwnPoolAutoConfiguration}: sessions on a pool of their own.
 *   <li>{@link org.reactivesessions.spring.boot.GivenDatabaseAutoConfiguration}: sessions on the application's connection factory.
 *   <li>{@link org.reactivesessions.spring.boot.PostgresSessionsCustomizer},
 *       {@link org.reactivesessions.spring.boot.ReactiveSessionsBuilderCustomizer}: what properties cannot say.
 * </ul>
 */
@NullMarked
package org.reactivesessions.spring.boot;

import org.jspecify.annotations.NullMarked;
