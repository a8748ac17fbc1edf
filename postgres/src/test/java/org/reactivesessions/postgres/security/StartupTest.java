package org.reactivesessions.postgres.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.mock.ClientMessage;
import org.reactivesessions.testkit.mock.Script;
import org.reactivesessions.testkit.mock.ServerMessage;
import reactor.test.StepVerifier;

/** What a connection tells the server about itself is what was set, and no value becomes another parameter. */
@Timeout(120)
class StartupTest {

    private static final String[] HOSTILE = {
        "x\0user\0admin", "\0", "x\n", "x\r\ny", "x\u0007", "x\u001b[31m", "x\u007f", "x\u0085"
    };

    private static final Map<String, BiConsumer<PostgresSessions.Builder, String>> BY_CODE = Map.of(
            "host", PostgresSessions.Builder::host,
            "database", PostgresSessions.Builder::database,
            "username", PostgresSessions.Builder::username,
            "applicationName", PostgresSessions.Builder::applicationName,
            "searchPath", PostgresSessions.Builder::searchPath);

    static Stream<Arguments> everyTextAndEveryWay() {
        return BY_CODE.keySet().stream().flatMap(name -> Stream.of(HOSTILE).map(text -> Arguments.of(name, text)));
    }

    @SecurityRow("S9")
    @ParameterizedTest
    @MethodSource("everyTextAndEveryWay")
    void aControlCharacterMustBeRefused(String name, String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BY_CODE.get(name).accept(PostgresSessions.builder(), text))
                .satisfies(error -> mustBeInOneLine(error, name));
    }

    static Stream<Arguments> everyVariable() {
        return Stream.of("PGHOST", "PGDATABASE", "PGUSER", "PGAPPNAME", "DATABASE_SEARCH_PATH")
                .flatMap(name -> Stream.of(HOSTILE).map(text -> Arguments.of(name, text)));
    }

    @SecurityRow("S9")
    @ParameterizedTest
    @MethodSource("everyVariable")
    void aControlCharacterOfTheEnvironmentMustBeRefused(String name, String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.fromEnvironment(Map.of(name, text)))
                .satisfies(error -> mustBeInOneLine(error, name));
    }

    static Stream<String> urls() {
        return Stream.of("%00", "%00user%00admin", "%0A", "%0d", "%1b", "%7f", "%C2%85")
                .flatMap(text -> Stream.of(
                        "postgresql://me" + text + "@localhost/db",
                        "postgresql://me@localhost/db" + text,
                        "postgresql://me@localhost/db?application_name=x" + text,
                        "postgresql://me@localhost/db?search_path=x" + text,
                        "postgresql://me@local" + text + "host/db"));
    }

    @SecurityRow("S9")
    @ParameterizedTest
    @MethodSource("urls")
    void aControlCharacterOfAUrlMustBeRefused(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder().url(url))
                .satisfies(error -> mustBeInOneLine(error, "url"));
    }

    private static void mustBeInOneLine(Throwable error, String name) {
        assertThat(error.getMessage()).contains(name);
        assertThat(error.getMessage().chars().noneMatch(Character::isISOControl))
                .as("shown without control characters")
                .isTrue();
    }

    /** Whoever sees it need not know more of us; what was refused is refused as a server refuses it. */
    private static Script looking() {
        return Script.empty().expectStartup().send(ServerMessage.error("FATAL", "28000", "that is all"));
    }

    private static Map<String, String> startup(UnaryOperator<PostgresSessions.Builder> settings) {
        try (MockedSessions mocked = MockedSessions.with(looking(), settings)) {
            mocked.attempt().as(StepVerifier::create).expectError().verify(ServerFixture.PATIENCE);
            ClientMessage first = mocked.server().heard().get(0).get(0);
            return first.parameters();
        }
    }

    @SecurityRow("S9")
    @Test
    void theServerMustSeeWhatWasSetAndNothingElse() {
        String awkward = "a'b\"c\\d=é -c x=y";
        assertThat(startup(settings -> settings.username(awkward)
                        .database(awkward + "/?&")
                        .applicationName("orders -c role=admin")
                        .searchPath("app, \"$user\"")))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("user", awkward),
                        Map.entry("database", awkward + "/?&"),
                        Map.entry("application_name", "orders -c role=admin"),
                        Map.entry("search_path", "app, \"$user\""),
                        Map.entry("client_encoding", "utf8"),
                        Map.entry("DateStyle", "ISO"),
                        Map.entry("extra_float_digits", "2"),
                        Map.entry("TimeZone", "UTC"),
                        Map.entry("client_connection_check_interval", "10000"),
                        Map.entry("default_transaction_read_only", "on"),
                        Map.entry("default_transaction_deferrable", "off")));
    }

    @SecurityRow("S9")
    @Test
    void aPoolerMustSeeStillLess() {
        assertThat(startup(PostgresSessions.Builder::pgBouncer))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "user", "me",
                        "database", "db",
                        "application_name", "r2dbc-postgresql",
                        "client_encoding", "utf8",
                        "DateStyle", "ISO",
                        "TimeZone", "UTC"));
    }
}
