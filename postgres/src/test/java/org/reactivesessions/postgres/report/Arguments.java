package org.reactivesessions.postgres.report;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a program was called with: names and values, such as {@code --seed 1}. Immutable. */
public final class Arguments {

    private final Map<String, String> values;

    private Arguments(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads the arguments.
     *
     * @param known the names there are, without {@code --}
     * @param arguments a name and a value, as often as wanted
     * @throws IllegalArgumentException if it is anything else
     */
    public static Arguments parse(List<String> known, String... arguments) {
        if (arguments.length % 2 != 0) {
            throw new IllegalArgumentException("every option needs a value: " + String.join(" ", arguments));
        }
        Map<String, String> values = new HashMap<>();
        for (int index = 0; index < arguments.length; index += 2) {
            String name = arguments[index].startsWith("--") ? arguments[index].substring(2) : "";
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "unknown option " + arguments[index] + ", there are --" + String.join(", --", known));
            }
            values.put(name, arguments[index + 1]);
        }
        return new Arguments(values);
    }

    /**
     * Returns a number.
     *
     * @throws IllegalArgumentException if it is negative, or no number
     */
    public int number(String name, int otherwise) {
        int number = Integer.parseInt(values.getOrDefault(name, "" + otherwise));
        if (number < 0) {
            throw new IllegalArgumentException("--" + name + " must be >= 0, but was " + number);
        }
        return number;
    }

    /** Returns {@code --seed}, 1 if it is not given. */
    public long seed() {
        return Long.parseLong(values.getOrDefault("seed", "1"));
    }

    /** Returns the file named by {@code --report}, or {@code null}. */
    public @Nullable Path report() {
        String file = values.get("report");
        return file == null ? null : Path.of(file);
    }
}
