package org.reactivesessions.testkit.junit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.ReflectionSupport;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * What a database is filled with before it is copied.
 *
 * <p>Immutable and therefore thread-safe; two with the same content are equal.
 *
 * @param scripts places of SQL scripts, as text
 * @param initializer what runs after them
 */
record Template(List<String> scripts, Class<? extends DatabaseInitializer> initializer) {

    /**
     * Finds the scripts.
     *
     * @throws ExtensionConfigurationException if one is not there
     */
    static Template of(PostgresTest settings, Class<?> testClass) {
        List<String> places = new ArrayList<>();
        for (String script : settings.scripts()) {
            places.add(place(script, testClass));
        }
        return new Template(List.copyOf(places), settings.initializer());
    }

    private static String place(String script, Class<?> testClass) {
        URL found = script.isBlank() ? null : testClass.getResource(script);
        if (found == null) {
            throw new ExtensionConfigurationException(
                    "@PostgresTest of " + testClass.getName() + ": scripts names '" + script
                            + "', but " + looked(script, testClass)
                            + " is not on the class path. Write the name of a resource: with a leading"
                            + " '/' from the root of the class path, such as \"/schema.sql\" for src/test/resources/schema.sql, without one"
                            + " beside the test class");
        }
        return found.toString();
    }

    private static String looked(String script, Class<?> testClass) {
        return script.startsWith("/")
                ? script.substring(1)
                : testClass.getPackageName().replace('.', '/') + "/" + script;
    }

    boolean isEmpty() {
        return scripts.isEmpty() && initializer == DatabaseInitializer.None.class;
    }

    /** Fills a database, whose connections are closed afterwards. */
    void fill(TestDatabase database) {
        scripts.forEach(script -> run(script, database));
        try {
            ReflectionSupport.newInstance(initializer).fill(database);
        } catch (Exception failed) {
            throw new IllegalStateException(
                    "@PostgresTest: initializer " + initializer.getName() + " failed: " + failed.getMessage(), failed);
        }
    }

    private static void run(String script, TestDatabase database) {
        try (InputStream text = URI.create(script).toURL().openStream();
                Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(new String(text.readAllBytes(), StandardCharsets.UTF_8));
        } catch (SQLException failed) {
            throw new IllegalStateException(
                    "@PostgresTest: script " + script + " failed: " + failed.getMessage(), failed);
        } catch (IOException failed) {
            throw new UncheckedIOException("@PostgresTest: script " + script + " cannot be read", failed);
        }
    }
}
