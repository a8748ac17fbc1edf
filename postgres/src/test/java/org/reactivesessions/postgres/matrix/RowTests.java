package org.reactivesessions.postgres.matrix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The tests of this package that name a row. */
final class RowTests {

    private RowTests() {}

    /** Those of all classes that are run, by class and name. */
    static List<Method> all() {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("IT.class"))
                    .map(name -> in(name.substring(0, name.length() - ".class".length())))
                    .flatMap(RowTests::of)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Those of one class, by name. */
    static Stream<Method> of(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(FaultRow.class))
                .sorted(Comparator.comparing(Method::getName));
    }

    private static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(RowTests.class.getResource("RowTests.class"))
                            .toURI())
                    .resolveSibling(".")
                    .normalize();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Class<?> in(String name) {
        try {
            return Class.forName(RowTests.class.getPackageName() + "." + name);
        } catch (ClassNotFoundException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
