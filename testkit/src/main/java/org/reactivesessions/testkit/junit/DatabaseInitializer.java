package org.reactivesessions.testkit.junit;

import org.reactivesessions.testkit.server.TestDatabase;

/**
 * Fills the database that the databases of tests are copied from, once per JVM, after the scripts of {@link PostgresTest#scripts()}.
 *
 * <p>An implementation is a class that is not an inner one, with a constructor without parameters, of any visibility. It is made and
 * called once for every set of scripts and initializer, by the thread of the first test that needs it.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface DatabaseInitializer {

    /**
     * Fills a database. Every connection to it must be closed when this returns: PostgreSQL copies only a database that nobody uses.
     *
     * @param database an empty database, or one that the scripts have filled
     * @throws Exception if it cannot be filled; every test that needs it fails with this as the cause
     */
    void fill(TestDatabase database) throws Exception;

    /** Fills nothing; what {@link PostgresTest#initializer()} is if nothing is said. */
    final class None implements DatabaseInitializer {

        /** An initializer without settings. */
        public None() {}

        @Override
        public void fill(TestDatabase database) {}
    }
}
