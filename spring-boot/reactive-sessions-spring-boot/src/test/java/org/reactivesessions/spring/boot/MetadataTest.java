package org.reactivesessions.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What an editor knows of {@code reactive-sessions.*} is what there is. */
class MetadataTest {

    /** Of the page about settings: the name of a property is the first column of its rows. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z][a-z-]*)` \\|");

    private static final Pattern NAME = Pattern.compile("\"name\": \"reactive-sessions\\.([a-z-]+)\"");
    private static final Pattern PROPERTY =
            Pattern.compile("\\{\\s*\"name\": \"reactive-sessions\\.[^}]*?\"type\": \"java[^}]*}");

    private static String metadata() {
        try (InputStream in = Objects.requireNonNull(MetadataTest.class
                .getClassLoader()
                .getResourceAsStream("META-INF/spring-configuration-metadata.json"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everySettingMustBeAProperty() throws IOException {
        Set<String> settings = found(ROW, Files.readString(Path.of("../../docs/guide/configuration.md")));
        assertThat(settings).hasSizeGreaterThan(30).contains("pool-size", "instances", "sslmode");
        settings.remove("instances");
        settings.add("application-instances");
        assertThat(found(NAME, metadata())).containsAll(settings);
    }

    @Test
    void everyPropertyMustBeDescribed() {
        assertThat(PROPERTY.matcher(metadata()).results().map(match -> match.group()))
                .hasSizeGreaterThan(40)
                .allSatisfy(property -> assertThat(property).contains("\"description\": \""));
    }
}
