package org.reactivesessions.testkit.junit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * One database of a test or a class, and everything that was made for it.
 *
 * <p>Thread-safe: making and closing hold the monitor.
 */
final class DatabaseScope implements AutoCloseable {

    private static final List<DatabaseParameter> PARAMETERS =
            ServiceLoader.load(DatabaseParameter.class, DatabaseParameter.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .collect(Collectors.toUnmodifiableList());

    private final TestDatabase database;
    private final Map<Class<?>, Object> made = new HashMap<>();
    private final Deque<AutoCloseable> ends = new ArrayDeque<>();

    /**
     * A scope without clients.
     *
     * @param end what becomes of the database when everything else is closed
     */
    DatabaseScope(TestDatabase database, AutoCloseable end) {
        this.database = database;
        ends.push(end);
    }

    /** Whether {@link #get} can make one. */
    static boolean supports(Class<?> type) {
        return PARAMETERS.stream().anyMatch(parameter -> parameter.supports(type));
    }

    TestDatabase database() {
        return database;
    }

    /** The one client of that type. */
    synchronized Object get(Class<?> type) {
        return made.computeIfAbsent(type, this::open);
    }

    private Object open(Class<?> type) {
        DatabaseParameter.Opened opened = PARAMETERS.stream()
                .filter(parameter -> parameter.supports(type))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing makes a parameter of type " + type.getName()))
                .open(type, database);
        ends.push(opened.end());
        return opened.value();
    }

    /**
     * Closes what was made last first, the database last of all, whatever fails on the way.
     *
     * @throws IllegalStateException if something could not be closed
     */
    @Override
    public synchronized void close() {
        List<Exception> failures = new ArrayList<>();
        while (!ends.isEmpty()) {
            try {
                ends.pop().close();
            } catch (Exception failed) {
                failures.add(failed);
            }
        }
        if (!failures.isEmpty()) {
            IllegalStateException failure = new IllegalStateException(
                    "what a test had on " + database + " was not closed: "
                            + failures.get(0).getMessage(),
                    failures.get(0));
            failures.subList(1, failures.size()).forEach(failure::addSuppressed);
            throw failure;
        }
    }
}
