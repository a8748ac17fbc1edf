package org.reactivesessions.testkit.junit;

/**
 * Where the server comes from on which tests get their databases.
 *
 * @since 0.1
 */
public enum ServerKind {

    /** The server that the environment variable {@code RS_TEST_URL} names, and the embedded one if it is not set. */
    CURRENT,

    /** The embedded server of this JVM, whatever the environment says. */
    EMBEDDED,

    /** The server that {@code RS_TEST_URL} names; without it the tests fail. */
    EXTERNAL,

    /** A server in a container, for which Testcontainers has to be on the class path; without Docker the tests are skipped. */
    CONTAINER
}
