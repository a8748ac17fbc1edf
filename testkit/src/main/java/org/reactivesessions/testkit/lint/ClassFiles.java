package org.reactivesessions.testkit.lint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Class files that are to be checked, and the ones among them that could not be read. Not thread-safe. */
final class ClassFiles {

    private static final String SUFFIX = ".class";
    private static final String NO_CLASS = "module-info.class";
    private static final String OTHER_VERSIONS = "META-INF/";

    private final List<ClassFacts> read = new ArrayList<>();
    private final List<String> unread = new ArrayList<>();

    List<ClassFacts> read() {
        return Collections.unmodifiableList(read);
    }

    List<String> unread() {
        return Collections.unmodifiableList(unread);
    }

    /** Adds one class file; what is none is remembered as unread. */
    void add(String name, byte[] content) {
        try {
            read.add(ClassFactsReader.read(content));
        } catch (RuntimeException broken) {
            unread.add(name + " (" + (broken.getMessage() == null ? broken.toString() : broken.getMessage()) + ")");
        }
    }

    /**
     * Adds a class file, or all of them in a folder or a jar.
     *
     * @throws IllegalArgumentException if the path does not exist, is something else, or holds no class file
     * @throws UncheckedIOException if it cannot be read
     */
    void addAll(Path path) {
        int before = read.size() + unread.size();
        try {
            if (Files.isDirectory(path)) {
                addFolder(path);
            } else if (!Files.exists(path)) {
                throw new IllegalArgumentException(
                        "there is no \"" + path + "\"; give a folder with class files, a jar or a class file");
            } else if (path.toString().endsWith(SUFFIX)) {
                add(path.toString(), Files.readAllBytes(path));
            } else {
                addJar(path, "");
            }
        } catch (ZipException none) {
            throw new IllegalArgumentException(
                    "\"" + path + "\" is neither a folder with class files, nor a jar, nor a class file", none);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read \"" + path + "\": " + failed.getMessage(), failed);
        }
        if (read.size() + unread.size() == before) {
            throw new IllegalArgumentException("there is no class file in \"" + path
                    + "\"; compile first, and give the folder that is compiled to");
        }
    }

    /**
     * Adds the classes of a package and those below it, from every place of the class path that has it.
     *
     * @throws IllegalArgumentException if there is none
     * @throws UncheckedIOException if one cannot be read
     */
    void addPackage(String name) {
        String folder = name.replace('.', '/');
        @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
        int before = read.size() + unread.size();
        try {
            for (URL place : Collections.list(
                    loader == null ? ClassLoader.getSystemResources(folder) : loader.getResources(folder))) {
                if (place.openConnection() instanceof JarURLConnection jar) {
                    addJar(Path.of(jar.getJarFileURL().toURI()), folder + "/");
                } else {
                    addFolder(Path.of(place.toURI()));
                }
            }
        } catch (IOException | URISyntaxException failed) {
            throw new UncheckedIOException(
                    "cannot read the classes of " + name + ": " + failed.getMessage(), new IOException(failed));
        }
        if (read.size() + unread.size() == before) {
            throw new IllegalArgumentException(
                    "there is no class in or below the package \"" + name + "\" on the class path; is the name right?");
        }
    }

    /** Adds a class from where a class loader has found it. */
    void add(URI found) {
        try (InputStream content = found.toURL().openStream()) {
            add(found.toString(), content.readAllBytes());
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + found + ": " + failed.getMessage(), failed);
        }
    }

    private void addFolder(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : all.filter(ClassFiles::isClass).sorted().toList()) {
                add(file.toString(), Files.readAllBytes(file));
            }
        }
    }

    private static boolean isClass(Path file) {
        return file.toString().endsWith(SUFFIX) && !file.endsWith(NO_CLASS);
    }

    private void addJar(Path jar, String below) throws IOException {
        try (JarFile open = new JarFile(jar.toFile())) {
            for (JarEntry entry : Collections.list(open.entries())) {
                String name = entry.getName();
                if (name.startsWith(below)
                        && name.endsWith(SUFFIX)
                        && !name.endsWith(NO_CLASS)
                        && !name.startsWith(OTHER_VERSIONS)) {
                    try (InputStream content = open.getInputStream(entry)) {
                        add(jar + "!/" + name, content.readAllBytes());
                    }
                }
            }
        }
    }
}
