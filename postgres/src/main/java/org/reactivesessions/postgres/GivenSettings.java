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

    /** Whether a text may not be shown, because the password is in it. */
    boolean holdsPassword(String text) {
        Given password = values.get(Setting.PASSWORD);
        return password != null && !password.text().isEmpty() && text.contains(password.text());
    }

    /**
     * Calls the builder for each.
     *
     * @throws IllegalArgumentException if a value is refused; the message shows it unless the password is in it
     */
    PostgresSessions.Builder applyTo(PostgresSessions.Builder builder) {
        values.forEach((setting, given) -> {
            if (holdsPassword(given.text())) {
                applyUnseen(setting, given, builder);
            } else {
                setting.apply(builder, given);
            }
        });
        return builder;
    }

    /** The error that shows the value is dropped. */
    private static void applyUnseen(Setting setting, Given given, PostgresSessions.Builder builder) {
        boolean taken;
        try {
            setting.apply(builder, given);
            taken = true;
        } catch (IllegalArgumentException refused) {
            taken = false;
        }
        if (!taken) {
            throw new IllegalArgumentException(given.source() + " must be " + setting.rule()
                    + ", but was something that is not shown, because the password is in it");
        }
    }
}
