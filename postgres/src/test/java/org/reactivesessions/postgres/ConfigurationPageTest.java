package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.reactivesessions.pool.PoolOptions;

/** The page and the example show what there is. */
class ConfigurationPageTest {

    private static final Path EXAMPLE = Path.of("..", ".env.example");

    /** What a line sets, whether it is commented out or not. */
    private static Map<String, String> assignments(List<String> lines) {
        Map<String, String> all = new HashMap<>();
        lines.stream()
                .map(line -> line.startsWith("#") ? line.substring(1) : line)
                .filter(line -> line.matches("[A-Z_]+=.*"))
                .forEach(line -> all.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
        return all;
    }

    /** All names of settings in an environment. */
    private static List<String> variables() {
        return Stream.of(Setting.values())
                .flatMap(setting -> Stream.concat(
                        setting.names().variables().stream(),
                        Stream.ofNullable(setting.names().common())))
                .toList();
    }

    @Test
    void thePageMustShowWhatThereIs() throws IOException {
        assertThat(Files.readAllLines(Path.of("..", ConfigurationPage.FILE)))
                .as("made by " + ConfigurationPage.COMMAND)
                .isEqualTo(ConfigurationPage.lines());
    }

    @Test
    void thePageMustShowTheDefaultsThatHold() {
        PoolOptions pool = PoolOptions.defaults();
        assertThat(Setting.POOL_SIZE.byDefault()).isEqualTo(pool.maxSize() + ", of which none is kept");
        assertThat(pool.coreSize()).isZero();
        assertThat(Setting.MAX_OVERFLOW.byDefault()).isEqualTo("0");
        assertThat(Setting.INSTANCES.byDefault()).isEqualTo(Integer.toString(pool.instances()));
        assertThat(ValueRule.time(600).read("x", Setting.POOL_IDLE_TIMEOUT.byDefault()))
                .isEqualTo(pool.maxIdleTime());
        assertThat(ValueRule.time(600).read("x", Setting.POOL_VALIDATION_TIMEOUT.byDefault()))
                .isEqualTo(pool.validationTimeout());
        assertThat(ValueRule.time(600).read("x", Setting.CLIENT_CHECK_INTERVAL.byDefault()))
                .isEqualTo(ServerTimeouts.defaults().clientCheck());
        assertThat(ValueRule.timeZone().read("x", Setting.TIME_ZONE.byDefault()).getRules())
                .isEqualTo(StartupOptions.defaults().timeZone().getRules());
        assertThat(ValueRule.time(600).read("x", Setting.POOL_TIMEOUT.byDefault()))
                .isEqualTo(pool.acquireTimeout());
        assertThat(ValueRule.time(600).read("x", Setting.POOL_RECYCLE.byDefault()))
                .isEqualTo(pool.maxLifeTime());
        assertThat(ValueRule.time(600).read("x", Setting.CONNECT_TIMEOUT.byDefault()))
                .isEqualTo(pool.createTimeout());
        assertThat(ValueRule.prePing().read("x", Setting.POOL_PRE_PING.byDefault()))
                .isEqualTo(pool.aliveWindow());
        assertThat(PoolOptions.defaults().maxPending()).isEqualTo(10 * pool.maxSize());
        Address local = PostgresSessions.builder().address();
        assertThat(Setting.HOST.byDefault()).isEqualTo(local.host());
        assertThat(Setting.PORT.byDefault()).isEqualTo(Integer.toString(local.port()));
        TlsOptions tls = TlsOptions.none();
        assertThat(Setting.SSLMODE.byDefault())
                .isEqualTo(tls.modeFor("db.example") + ", on this machine " + tls.modeFor(local.host()));
        WireLimits wire = WireLimits.defaults();
        assertThat(ValueRule.authenticationMethods().read("x", Setting.REQUIRE_AUTH.byDefault()))
                .isEqualTo(wire.methods());
        assertThat(Setting.MAX_SCRAM_ITERATIONS.byDefault()).isEqualTo(Integer.toString(wire.scramIterations()));
        assertThat(ValueRule.size().read("x", Setting.MAX_MESSAGE_SIZE.byDefault()))
                .isEqualTo(wire.messageSize());
    }

    @Test
    void theExampleMustShowEveryVariableWithAValueThatIsTaken() throws IOException {
        Map<String, String> shown = assignments(Files.readAllLines(EXAMPLE));

        assertThat(variables()).containsAll(shown.keySet());
        for (Setting setting : Setting.values()) {
            assertThat(Stream.concat(
                            setting.names().variables().stream(),
                            Stream.ofNullable(setting.names().common())))
                    .as(setting.toString())
                    .anyMatch(shown::containsKey);
        }
        assertThat(PostgresSessions.fromEnvironment(shown).toString())
                .contains("coreSize=10, maxSize=30", "pgBouncer=true");
    }

    @Test
    void theExampleAsItIsMustMakeSessions() throws IOException {
        List<String> uncommented = Files.readAllLines(EXAMPLE).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
        PostgresSessions.fromEnvironment(assignments(uncommented))
                .build()
                .close()
                .block(ServerFixture.PATIENCE);
    }

    @Test
    void anExampleWithAnUnknownNameMustBeFound() {
        assertThat(variables())
                .doesNotContainAnyElementsOf(assignments(List.of("#DATABASE_POOL_SISE=3", "", "# text"))
                        .keySet());
    }
}
