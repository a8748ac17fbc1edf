package org.reactivesessions.testkit.junit;

import org.reactivesessions.testkit.server.TestDatabase;

/**
 * Makes a further type a parameter of tests with {@link PostgresTest}: a client of the test's database.
 *
 * <p>Found by {@link java.util.ServiceLoader}: a provider is named in
 * {@code META-INF/services/org.reactivesessions.testkit.junit.DatabaseParameter} and has a public constructor without parameters. Its
 * own class must load where the type is not on the class path, so {@link #supports} compares names or is one class away from the type.
 *
 * <p><b>Threads:</b> used by several threads.
 *
 * @since 0.1
 */
public interface DatabaseParameter {

    /**
     * Whether parameters of this type come from here. No other provider may say so of the same type.
     *
     * @param type of the parameter
     * @return whether {@link #open} makes one
     */
    boolean supports(Class<?> type);

    /**
     * Makes one, at most once for a database and type.
     *
     * @param type what {@link #supports} agreed to
     * @param database the test's database
     * @return the argument and how it is closed
     * @throws IllegalStateException if something is missing; the message says what to add
     */
    Opened open(Class<?> type, TestDatabase database);

    /**
     * What was made.
     *
     * @param value the argument, an instance of the type
     * @param end closes it; called once, before the database is dropped
     */
    record Opened(Object value, AutoCloseable end) {}
}
