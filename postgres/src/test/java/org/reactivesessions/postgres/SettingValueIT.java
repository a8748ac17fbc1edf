package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivesessions.postgres.security.SecurityRow;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;

/** Any text reaches a setting as it is, whatever the server's rules of reading text are, and none becomes a command. */
@ExtendWith(PostgresExtension.class)
@SecurityRow("S8")
class SettingValueIT {

    private static final int SETTINGS = 20;
    private static final int TRANSACTIONS = 20;

    /** In hexadecimal, because the driver reads UTF-8 whatever the server sends. */
    private static final String READ_ALL = IntStream.range(0, SETTINGS)
            .mapToObj(i -> "encode(convert_to(current_setting('app.text" + i + "'), 'UTF8'), 'hex')")
            .collect(Collectors.joining(", ", "SELECT concat_ws(',', ", ")"));

    private final TestDatabase database;

    SettingValueIT(TestDatabase database) {
        this.database = database;
    }

    private ServerFixture reading(String conforming, String encoding) {
        return ServerFixture.with(
                database,
                builder -> builder.initSql(
                        "SET standard_conforming_strings = " + conforming, "SET client_encoding = '" + encoding + "'"));
    }

    private static List<String> roundTrip(ServerFixture fixture, List<String> values) {
        TransactionOptions options = TransactionOptions.defaults();
        for (int i = 0; i < SETTINGS; i++) {
            options = options.setting("app.text" + i, values.get(i));
        }
        String read = fixture.sessions()
                .withTransaction(options, session -> session.sql(READ_ALL).one(row -> row.get(0, String.class)))
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
        List<String> back = new ArrayList<>();
        for (String hexadecimal : read.split(",", -1)) {
            back.add(decoded(hexadecimal));
        }
        return back;
    }

    private static String decoded(String hexadecimal) {
        return new String(HexFormat.of().parseHex(hexadecimal), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({"on, UTF8", "off, UTF8", "on, SJIS", "off, SJIS", "on, GBK", "off, GBK"})
    void anyTextMustArriveAsItIs(String conforming, String encoding) {
        Random random = new Random(conforming.length() * 31L + encoding.hashCode());
        try (ServerFixture fixture = reading(conforming, encoding)) {
            for (int i = 0; i < TRANSACTIONS; i++) {
                List<String> values = IntStream.range(0, SETTINGS)
                        .mapToObj(setting -> Texts.random(random))
                        .toList();
                assertThat(roundTrip(fixture, values)).isEqualTo(values);
            }
        }
    }

    /** What gets out of doubled quotes alone, where a backslash escapes, and what is one character less in SJIS or GBK. */
    @ParameterizedTest
    @CsvSource({"on, UTF8", "off, UTF8", "on, SJIS", "off, SJIS", "on, GBK", "off, GBK"})
    void noTextMustBecomeACommand(String conforming, String encoding) {
        List<String> attempts = List.of(
                "\\',true); commit; select $$INJECTED$$ --",
                "'; COMMIT; SELECT 'INJECTED' --",
                "''; COMMIT; SELECT $$INJECTED$$ --",
                "\\\\'; COMMIT; --",
                "表'; COMMIT; --",
                "ソ'; COMMIT; --",
                "縗'; COMMIT; --",
                "$1; COMMIT; --",
                "\n'; COMMIT; --",
                "E'\\''; COMMIT; --");
        try (ServerFixture fixture = reading(conforming, encoding)) {
            for (String attempt : attempts) {
                Rule answers = fixture.proxy().watch(FrameMatch.fromServer('C').answering("^BEGIN"));
                Rule rows = fixture.proxy().watch(FrameMatch.fromServer('D').answering("^BEGIN"));
                String read = fixture.sessions()
                        .withTransaction(
                                TransactionOptions.defaults().setting("app.tenant", attempt),
                                session -> session.sql(
                                                "SELECT encode(convert_to(current_setting('app.tenant'), 'UTF8'), 'hex')")
                                        .one(row -> row.get(0, String.class)))
                        .blockOptional(ServerFixture.PATIENCE)
                        .orElseThrow();

                assertThat(decoded(read)).isEqualTo(attempt);
                assertThat(answers.hits()).as("BEGIN and one SET").isEqualTo(2);
                assertThat(rows.hits()).isZero();
                answers.remove();
                rows.remove();
            }
        }
    }

    /** The rules of a database's default are not those of a connection's own SET. */
    @Test
    void aDefaultOfTheDatabaseMustNotMatter() {
        alter("SET standard_conforming_strings = off");
        try (ServerFixture fixture = ServerFixture.on(database)) {
            List<String> values =
                    IntStream.range(0, SETTINGS).mapToObj(i -> "\\'".repeat(i)).toList();
            assertThat(roundTrip(fixture, values)).isEqualTo(values);
            assertThat(fixture.sessions()
                            .withTransaction(session -> session.sql("SHOW standard_conforming_strings")
                                    .one(row -> row.get(0, String.class)))
                            .block(ServerFixture.PATIENCE))
                    .isEqualTo("off");
        } finally {
            alter("RESET standard_conforming_strings");
        }
    }

    private void alter(String change) {
        try (ServerFixture oracle = ServerFixture.on(database)) {
            oracle.run("ALTER DATABASE \"" + database.database() + "\" " + change);
        }
    }
}
