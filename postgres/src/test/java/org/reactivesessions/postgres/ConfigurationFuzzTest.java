package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.postgres.security.SecurityRow;
import org.slf4j.LoggerFactory;

/**
 * Settings that are malformed in every way that a generator finds: they are refused by the one error for that, and whatever becomes
 * of them, the password in them is said nowhere. The generator has a seed; {@code -Dfuzz.rounds} makes it go on for longer.
 */
@SecurityRow({"S4", "S19"})
class ConfigurationFuzzTest {

    private static final String CANARY = "c4n4ry";
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 5_000);

    /** What means something in a URL, or to somebody who reads one. */
    private static final String[] PIECES = {
        ":",
        "/",
        "//",
        "@",
        "?",
        "&",
        "=",
        "#",
        "%",
        "%4",
        "%zz",
        "%00",
        "%40",
        "%0a",
        "[",
        "]",
        "[::1]",
        "\\",
        "\"",
        "'",
        " ",
        "\0",
        "\n",
        "\u00e9",
        "\ud83d",
        "😀",
        "r2dbc:",
        "postgres:",
        "jdbc:",
        "localhost",
        "99999",
        "-1",
        "user=",
        "password=",
        "sslmode=",
        "pool_size=",
        "?sslmode",
        "options=-c",
        ",",
        ";",
        "..",
        "{",
        "}",
        "|",
        "^",
        "`",
        "<",
        ">"
    };

    private static final String[] PROPERTIES = {
        "pool-size",
        "sslmode",
        "port",
        "time-zone",
        "statement-timeout",
        "application-name",
        "host",
        "preset",
        "pool-reset",
        "sslrootcert",
        "search-path",
        "nonsense"
    };

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        ours().addAppender(log);
    }

    @AfterEach
    void stopListening() {
        ours().detachAppender(log);
    }

    private static Logger ours() {
        return (Logger) LoggerFactory.getLogger("org.reactivesessions"); // at TRACE
    }

    /** The password stays in one piece, whatever happens around it. */
    private static String mangled(Random random, String before, String after) {
        StringBuilder front = new StringBuilder(before);
        StringBuilder back = new StringBuilder(after);
        for (int times = random.nextInt(3); times >= 0; times--) {
            StringBuilder part = random.nextBoolean() ? front : back;
            int at = random.nextInt(part.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> part.insert(at, PIECES[random.nextInt(PIECES.length)]);
                case 1 -> part.delete(at, Math.min(part.length(), at + 1 + random.nextInt(3)));
                case 2 -> part.insert(at, (char) random.nextInt(0x100));
                default -> part.replace(at, Math.min(part.length(), at + 1), PIECES[random.nextInt(PIECES.length)]);
            }
        }
        return front + CANARY + back;
    }

    private void mustKeepTheSecret(String input, Supplier<PostgresSessions.Builder> reading) {
        String said;
        try {
            PostgresSessions.Builder builder = reading.get();
            CharSequence password = builder.address().password();
            // What stands where a user or a host does is taken for one.
            said = password != null && password.toString().contains(CANARY) ? builder.toString() : "";
        } catch (IllegalArgumentException refused) {
            StringWriter all = new StringWriter();
            refused.printStackTrace(new PrintWriter(all)); // with causes, and what is suppressed
            said = all.toString();
        }
        assertThat(said).as(input).doesNotContain(CANARY);
    }

    private void logMustKeepTheSecret() {
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .allSatisfy(line -> assertThat(line).doesNotContain(CANARY));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aMalformedUrlMustBeRefusedWithoutItsPassword(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            String url = mangled(
                    random, "postgresql://app:", "@db.example:5432/orders?sslmode=require&application_name=billing");
            mustKeepTheSecret(url, () -> PostgresSessions.builder().url(url));
            mustKeepTheSecret(url, () -> PostgresSessions.fromEnvironment(Map.of("DATABASE_URL", url)));
            mustKeepTheSecret(url, () -> PostgresSessions.fromProperties(Map.of("url", url)));
        }
        logMustKeepTheSecret();
    }

    /** A URL where something else belongs, as when two lines of a file are mixed up. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aValueInTheWrongPlaceMustBeRefusedWithoutItsPassword(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS / 2; round++) {
            String property = PROPERTIES[random.nextInt(PROPERTIES.length)];
            String url = mangled(random, "postgresql://app:", "@db.example/orders");
            String kept = url.contains("@") || url.contains("://") ? url : "postgresql://" + url;
            String variable = "DATABASE_" + property.toUpperCase(Locale.ROOT).replace('-', '_');
            mustKeepTheSecret(kept, () -> PostgresSessions.fromProperties(Map.of(property, kept, "password", CANARY)));
            mustKeepTheSecret(
                    kept, () -> PostgresSessions.fromEnvironment(Map.of(variable, kept, "PGPASSWORD", CANARY)));
        }
        logMustKeepTheSecret();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String filled(Random random) {
        String text = Texts.random(random).replaceAll("\\p{Cc}", "").strip(); // that parser strips a database
        return text.isBlank() ? "x" : text;
    }

    /** What R2DBC's own parser takes for user, password, host, port and database, for whoever comes from there. */
    @Test
    void aUrlMustMeanWhatItMeansToR2dbc() {
        Random random = new Random(20_261_126);
        List<String> hosts = List.of("localhost", "db.example", "10.0.0.7", "a-b.c", "[::1]");
        for (int round = 0; round < ROUNDS; round++) {
            String url = "r2dbc:postgresql://" + encoded(filled(random)) + ":" + encoded(filled(random)) + "@"
                    + hosts.get(random.nextInt(hosts.size()))
                    + (random.nextBoolean() ? "" : ":" + (1 + random.nextInt(65_535)))
                    + "/" + encoded(filled(random));
            ConnectionFactoryOptions theirs = ConnectionFactoryOptions.parse(url);
            Address ours = PostgresSessions.builder().url(url).address();

            assertThat(ours.username()).as(url).isEqualTo(of(theirs, ConnectionFactoryOptions.USER));
            assertThat(String.valueOf(ours.password()))
                    .as(url)
                    .isEqualTo(of(theirs, ConnectionFactoryOptions.PASSWORD));
            assertThat(ours.host())
                    .as(url)
                    .isEqualTo(of(theirs, ConnectionFactoryOptions.HOST)
                            .replaceAll("[\\[\\]]", "")); // that parser keeps them
            assertThat(ours.database()).as(url).isEqualTo(of(theirs, ConnectionFactoryOptions.DATABASE));
            assertThat(ours.port())
                    .as(url)
                    .isEqualTo(
                            theirs.hasOption(ConnectionFactoryOptions.PORT)
                                    ? Integer.parseInt(of(theirs, ConnectionFactoryOptions.PORT))
                                    : 5432);
        }
    }

    private static String of(ConnectionFactoryOptions options, Option<?> option) {
        return Objects.requireNonNull(options.getValue(option)).toString();
    }
}
