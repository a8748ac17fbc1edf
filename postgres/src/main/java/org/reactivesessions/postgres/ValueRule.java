package org.reactivesessions.postgres;

import io.r2dbc.postgresql.client.SSLMode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.ResetPolicy;

/**
 * How the text of a setting is read. Immutable.
 *
 * @param words what a value must be, with an example
 * @param reading makes a value of a text, or nothing if the text breaks the rule
 * @param <T> what is read
 */
record ValueRule<T>(String words, Function<String, Optional<T>> reading) {

    /** The most milliseconds the server and the driver take for a timeout. */
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h|)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,10})(kB|MB|GB|)");
    private static final long KILOBYTE = 1_024;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");

    /** Longer than any connection lives, so that none is ever asked. */
    private static final Duration NEVER_SILENT = Duration.ofDays(36_500);

    /** Everything; who takes the value checks it. */
    static ValueRule<String> text(String words) {
        return new ValueRule<>(words, Optional::of);
    }

    static ValueRule<Integer> wholeNumber(int least, int most) {
        String upTo = most == Integer.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most;
        return new ValueRule<>(
                "a whole number " + upTo,
                text -> Optional.of(text)
                        .filter(digits -> NUMBER.matcher(digits).matches())
                        .map(Long::parseLong)
                        .filter(number -> number >= least && number <= most)
                        .map(Long::intValue));
    }

    /**
     * A time. A number without a unit is seconds; there is a limit for such numbers, because PostgreSQL and R2DBC take them for
     * milliseconds.
     *
     * @param mostWithoutUnit the most seconds that can be written without a unit
     */
    static ValueRule<Duration> time(int mostWithoutUnit) {
        return new ValueRule<>(
                "a time of at least 1ms: seconds up to " + mostWithoutUnit
                        + ", or a number with ms, s, m or h behind it, such as 5, 500ms, 30s or 15m",
                text -> Optional.of(TIME.matcher(text))
                        .filter(Matcher::matches)
                        .flatMap(parts -> time(Long.parseLong(parts.group(1)), parts.group(2), mostWithoutUnit)));
    }

    private static Optional<Duration> time(long number, String unit, int mostWithoutUnit) {
        Duration time = switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofSeconds(number);
        };
        boolean unclear = unit.isEmpty() && number > mostWithoutUnit;
        return time.isZero() || time.compareTo(LONGEST) > 0 || unclear ? Optional.empty() : Optional.of(time);
    }

    /** A time, or {@code off} for zero. */
    static ValueRule<Duration> timeOrOff(int mostWithoutUnit) {
        ValueRule<Duration> time = time(mostWithoutUnit);
        return new ValueRule<>(
                "off, or " + time.words(),
                text -> text.equals("off")
                        ? Optional.of(Duration.ZERO)
                        : time.reading().apply(text));
    }

    static ValueRule<ZoneId> timeZone() {
        return new ValueRule<>("the name of a time zone, such as UTC or Europe/Berlin", text -> {
            try {
                return Optional.of(ZoneId.of(text));
            } catch (DateTimeException unknown) {
                return Optional.empty();
            }
        });
    }

    static ValueRule<Boolean> yesOrNo() {
        return oneOf(Map.of("true", true, "false", false));
    }

    /** Whether a silent connection is asked before it is used, as the window in which it is not. */
    static ValueRule<Duration> prePing() {
        return oneOf(Map.of("true", PoolOptions.defaults().aliveWindow(), "false", NEVER_SILENT));
    }

    static ValueRule<ResetPolicy> reset() {
        return oneOf(Arrays.stream(ResetPolicy.values())
                .collect(Collectors.toMap(
                        policy -> policy.name().toLowerCase(Locale.ROOT).replace('_', '-'), Function.identity())));
    }

    /** Ours, and libpq's where they mean the same. */
    static ValueRule<HostTarget> target() {
        return oneOf(Map.of(
                "primary", HostTarget.PRIMARY,
                "read-write", HostTarget.PRIMARY,
                "prefer-standby", HostTarget.PREFER_STANDBY,
                "any", HostTarget.ANY));
    }

    static ValueRule<PoolOptions> preset() {
        return new ValueRule<>(
                "dev, test or production (DATABASE_PRESET comes before ENVIRONMENT)", text -> switch (text) {
                    case "dev", "development" -> Optional.of(PoolOptions.development());
                    case "test" -> Optional.of(PoolOptions.testing());
                    case "production", "prod" -> Optional.of(PoolOptions.production());
                    default -> Optional.empty();
                });
    }

    static ValueRule<SSLMode> sslMode() {
        return oneOf(TlsOptions.MODES.stream().collect(Collectors.toMap(SSLMode::toString, Function.identity())));
    }

    /** Methods with commas between them. */
    static ValueRule<Set<AuthenticationMethod>> authenticationMethods() {
        Map<String, AuthenticationMethod> methods = Arrays.stream(AuthenticationMethod.values())
                .collect(Collectors.toMap(AuthenticationMethod::toString, Function.identity()));
        return new ValueRule<>(
                "one or more of " + String.join(", ", new TreeMap<>(methods).keySet())
                        + " with commas between them, such as scram-sha-256,none",
                text -> {
                    Set<AuthenticationMethod> named = EnumSet.noneOf(AuthenticationMethod.class);
                    for (String name : text.split(",", -1)) {
                        AuthenticationMethod method = methods.get(name.trim());
                        if (method == null) {
                            return Optional.empty();
                        }
                        named.add(method);
                    }
                    return Optional.of(named);
                });
    }

    /** A number of bytes, in the units of PostgreSQL. */
    static ValueRule<Long> size() {
        return new ValueRule<>(
                "a number of bytes, or one with kB, MB or GB behind it, such as 64MB",
                text -> Optional.of(SIZE.matcher(text)).filter(Matcher::matches).map(parts -> {
                    long unit = switch (parts.group(2)) {
                        case "kB" -> KILOBYTE;
                        case "MB" -> KILOBYTE * KILOBYTE;
                        case "GB" -> KILOBYTE * KILOBYTE * KILOBYTE;
                        default -> 1;
                    };
                    return Long.parseLong(parts.group(1)) * unit;
                }));
    }

    static ValueRule<Path> file() {
        return new ValueRule<>("the path of a file", text -> {
            try {
                return Optional.of(Path.of(text));
            } catch (InvalidPathException unusable) {
                return Optional.empty();
            }
        });
    }

    private static <T> ValueRule<T> oneOf(Map<String, T> values) {
        return new ValueRule<>(
                String.join(" or ", new TreeMap<>(values).keySet()), text -> Optional.ofNullable(values.get(text)));
    }

    /**
     * Reads a value.
     *
     * @param source the name under which it was given
     * @param text what was given
     * @throws IllegalArgumentException if it breaks the rule; the message names source, rule and value
     */
    T read(String source, String text) {
        return reading.apply(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        source + " must be " + words + ", but was " + ShownValue.of(text)));
    }
}
