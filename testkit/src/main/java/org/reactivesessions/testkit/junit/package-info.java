/**
 * PostgreSQL as JUnit annotations: which server and which databases the tests of a class get, and the ways to them as parameters.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.testkit.junit.PostgresTest}: a fresh database per method or class, filled from scripts;
 *   <li>{@link org.reactivesessions.testkit.junit.PostgresCluster}: a primary and standbys for a class;
 *   <li>{@link org.reactivesessions.testkit.junit.DatabasePer}, {@link org.reactivesessions.testkit.junit.ServerKind}: the choices it
 *       offers;
 *   <li>{@link org.reactivesessions.testkit.junit.DatabaseInitializer}: fills a database where SQL alone does not do;
 *   <li>{@link org.reactivesessions.testkit.junit.DatabaseUrl}: marks the parameter that is to be the URL;
 *   <li>{@link org.reactivesessions.testkit.junit.DatabaseParameter}: the seam by which further types become parameters.
 * </ul>
 */
@NullMarked
package org.reactivesessions.testkit.junit;

import org.jspecify.annotations.NullMarked;
