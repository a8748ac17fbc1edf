package org.reactivesessions.proof.report;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What a program was called with: names and values, such as {@code --seeds 1-20}. Immutable. */
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
    public long number(String name, long otherwise) {
        long number = Long.parseLong(values.getOrDefault(name, "" + otherwise));
        if (number < 0) {
            throw new IllegalArgumentException("--" + name + " must be >= 0, but was " + number);
        }
        return number;
    }

    /** Returns numbers, one as {@code 7} or all of a range as {@code 1-20}. */
    public long[] range(String name, String otherwise) {
        String[] ends = values.getOrDefault(name, otherwise).split("-", -1);
        return LongStream.rangeClosed(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1]))
                .toArray();
    }

    public String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /** Returns a file, or {@code null} if none was named. */
    public @Nullable Path file(String name) {
        String file = values.get(name);
        return file == null ? null : Path.of(file);
    }
}
