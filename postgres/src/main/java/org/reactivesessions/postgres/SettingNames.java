package org.reactivesessions.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one setting is called. Immutable.
 *
 * @param property its name as a property, from which the others are made
 * @param inEnvironment what follows {@code DATABASE_} or {@code DB_} in its variable, or {@code null} if it has none
 * @param common a variable that other programs read as well, or {@code null}
 * @param inUrl its names as a parameter of a URL, all for the same
 */
record SettingNames(
        String property,
        @Nullable String inEnvironment,
        @Nullable String common,
        List<String> inUrl) {

    /** Both mean the same. */
    static final List<String> PREFIXES = List.of("DATABASE_", "DB_");

    /** A setting that can be set everywhere. */
    static SettingNames everywhere(String property) {
        String snake = property.replace('-', '_');
        return new SettingNames(property, snake.toUpperCase(Locale.ROOT), null, List.of(snake));
    }

    /** A setting that is, or contains, what a URL has in front of its parameters. */
    static SettingNames notInUrl(String property) {
        return new SettingNames(property, everywhere(property).inEnvironment(), null, List.of());
    }

    /** A part of an address: a container platform gives names like {@code DB_PORT} a meaning of its own. */
    static SettingNames ofAddress(String property, String common) {
        return new SettingNames(property, null, common, List.of());
    }

    SettingNames commonly(String variable) {
        return new SettingNames(property, inEnvironment, variable, inUrl);
    }

    SettingNames orInUrl(String... spellings) {
        List<String> all = new ArrayList<>(inUrl);
        all.addAll(List.of(spellings));
        return new SettingNames(property, inEnvironment, common, List.copyOf(all));
    }

    /** Its own variables. */
    List<String> variables() {
        return inEnvironment == null
                ? List.of()
                : PREFIXES.stream().map(prefix -> prefix + inEnvironment).toList();
    }
}
