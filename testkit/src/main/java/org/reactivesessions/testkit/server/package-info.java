/**
 * PostgreSQL servers and databases for tests, without Docker and with nothing left behind.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.testkit.server.PostgresServer}: a server that hands out fresh databases;
 *   <li>{@link org.reactivesessions.testkit.server.EmbeddedServer}: a server started by this JVM and gone with it,
 *       which can have standbys, be frozen and be promoted;
 *   <li>{@link org.reactivesessions.testkit.server.EmbeddedCluster}: a primary and its standbys, which change their roles;
 *   <li>{@link org.reactivesessions.testkit.server.TestServers}: the choice between the embedded server and one named by
 *       an environment variable;
 *   <li>{@link org.reactivesessions.testkit.server.TestDatabase}: one fresh database and the ways to reach it;
 *   <li>{@link org.reactivesessions.testkit.server.PostgresExtension}: the JUnit extension that hands both to a test;
 *   <li>{@link org.reactivesessions.testkit.server.ServerCensus}: what the sessions of a database were doing at one moment;
 *   <li>{@link org.reactivesessions.testkit.server.ServerLeftovers}: what a test has left on the server, in words.
 * </ul>
 */
@NullMarked
package org.reactivesessions.testkit.server;

import org.jspecify.annotations.NullMarked;
