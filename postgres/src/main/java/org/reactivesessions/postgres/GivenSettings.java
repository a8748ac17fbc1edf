package org.reactivesessions.postgres;

import java.util.EnumMap;
import java.util.Map;
import org.reactivesessions.postgres.Setting.Given;

/** Settings that were given at one level: by properties, by a URL, by an environment. Not thread-safe. */
final class GivenSettings {

    private final Map<Setting, Given> values = new EnumMap<>(Setting.class);

    /**
     * Adds one.
     *
     * @param source the name under which it was given
     * @param text as it was given
     * @throws IllegalArgumentException if it was given another text under another name; the message shows neither
     */
    GivenSettings put(Setting setting, String source, String text) {
        Given earlier = values.putIfAbsent(setting, new Given(source, text));
        if (earlier != null && !earlier.text().equals(text)) {
            throw new IllegalArgumentException(earlier.source() + " and " + source
                    + " are the same setting and have different values; remove one of them");
        }
        return this;
    }

    /** These, and of what another level has those that this one has not. */
    GivenSettings over(GivenSettings lower) {
        GivenSettings both = new GivenSettings();
        both.values.putAll(lower.values);
        both.values.putAll(values);
        return both;
    }

    /** These, over what their URL says, which they have no longer. */
    GivenSettings overTheirUrl() {
        Given url = values.remove(Setting.URL);
        return url == null ? this : over(DatabaseUrl.read(url.source(), url.text()));
    }

    /** Calls the builder for each. */
    PostgresSessions.Builder applyTo(PostgresSessions.Builder builder) {
        values.forEach((setting, given) -> setting.apply(builder, given));
        return builder;
    }
}
