package org.reactivesessions.postgres;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads settings from properties. Stateless. */
final class PropertySettings {

    private static final Map<String, Setting> KNOWN = Arrays.stream(Setting.values())
            .collect(Collectors.toMap(setting -> setting.names().property(), Function.identity()));

    private PropertySettings() {}

    /**
     * Reads them.
     *
     * @param properties by name; an empty value counts as not set
     * @return them over what their URL says
     * @throws IllegalArgumentException if a name is not known; the message names the nearest that is, and shows no value
     */
    static GivenSettings read(Map<String, String> properties) {
        GivenSettings given = new GivenSettings();
        properties.forEach((name, text) -> {
            Setting setting = KNOWN.get(name);
            if (setting == null) {
                throw new IllegalArgumentException(
                        Nearest.unknown("property " + ShownValue.of(name), Nearest.to(name, KNOWN.keySet())));
            }
            if (!text.isEmpty()) {
                given.put(setting, name, text);
            }
        });
        return given.overTheirUrl();
    }
}
