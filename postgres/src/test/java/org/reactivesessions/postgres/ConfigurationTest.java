package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.postgresql.client.SSLMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.observation.WatchOptions;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.ResetPolicy;

/** Settings by code, by environment, by properties and by URL are the same settings. */
class ConfigurationTest {

    private static final String SECRET = "s3cr3t";
    private static final String URL = "postgresql://user:s3cr3t@host/db";
    private static final Map<Setting, Sample> SAMPLES = samples();

    /** A value as text, and the call of the builder that means the same. */
    private record Sample(String text, UnaryOperator<PostgresSessions.Builder> call, String poolSize) {

        Sample(String text, UnaryOperator<PostgresSessions.Builder> call) {
            this(text, call, "");
        }

        /** By name, with the pool's size if it needs one. */
        Map<String, String> given(String name, String nameOfPoolSize) {
            return poolSize.isEmpty() ? Map.of(name, text) : Map.of(name, text, nameOfPoolSize, poolSize);
        }
    }

    private static Map<Setting, Sample> samples() {
        Map<Setting, Sample> all = new EnumMap<>(Setting.class);
        all.put(Setting.PRESET, new Sample("production", builder -> builder.pool(PoolOptions.production())));
        all.put(
                Setting.URL,
                new Sample("postgres://me@there/here", builder -> builder.url("postgres://me@there/here")));
        all.put(Setting.HOST, new Sample("there", builder -> builder.host("there")));
        all.put(Setting.TARGET, new Sample("prefer-standby", builder -> builder.target(HostTarget.PREFER_STANDBY)));
        all.put(Setting.PORT, new Sample("6543", builder -> builder.port(6543)));
        all.put(Setting.DATABASE, new Sample("here", builder -> builder.database("here")));
        all.put(Setting.USERNAME, new Sample("me", builder -> builder.username("me")));
        all.put(Setting.PASSWORD, new Sample("pass word", builder -> builder.password("pass word")));
        all.put(Setting.POOL_SIZE, new Sample("16", builder -> builder.size(16, 0)));
        all.put(Setting.MAX_OVERFLOW, new Sample("4", builder -> builder.size(2, 4), "2"));
        all.put(Setting.POOL_IDLE_TIMEOUT, pool("1h", pool -> pool.maxIdleTime(Duration.ofHours(1))));
        all.put(Setting.POOL_VALIDATION_TIMEOUT, pool("2s", pool -> pool.validationTimeout(Duration.ofSeconds(2))));
        all.put(Setting.INSTANCES, pool("4", pool -> pool.instances(4)));
        all.put(Setting.POOL_TIMEOUT, pool("7", pool -> pool.acquireTimeout(Duration.ofSeconds(7))));
        all.put(Setting.POOL_MAX_PENDING, pool("3", pool -> pool.maxPending(3)));
        all.put(Setting.POOL_WAIT_TARGET, pool("20ms", pool -> pool.waitTarget(Duration.ofMillis(20))));
        all.put(Setting.POOL_RECONNECT_RATE, pool("3", pool -> pool.reconnectRate(3)));
        all.put(Setting.POOL_RECYCLE, pool("3600", pool -> pool.maxLifeTime(Duration.ofHours(1))));
        all.put(Setting.POOL_PRE_PING, pool("false", pool -> pool.aliveWindow(Duration.ofDays(36_500))));
        all.put(Setting.POOL_RESET, pool("never-reuse", pool -> pool.reset(ResetPolicy.NEVER_REUSE)));
        all.put(Setting.CONNECT_TIMEOUT, pool("4s", pool -> pool.createTimeout(Duration.ofSeconds(4))));
        all.put(
                Setting.STATEMENT_TIMEOUT,
                new Sample("15m", builder -> builder.statementTimeout(Duration.ofMinutes(15))));
        all.put(Setting.LOCK_TIMEOUT, new Sample("500ms", builder -> builder.lockTimeout(Duration.ofMillis(500))));
        all.put(
                Setting.IDLE_IN_TRANSACTION_TIMEOUT,
                new Sample("60", builder -> builder.idleInTransactionTimeout(Duration.ofMinutes(1))));
        all.put(
                Setting.CLIENT_CHECK_INTERVAL,
                new Sample("off", builder -> builder.clientCheckInterval(Duration.ZERO)));
        all.put(
                Setting.TIME_ZONE,
                new Sample("Asia/Kathmandu", builder -> builder.timeZone(ZoneId.of("Asia/Kathmandu"))));
        all.put(Setting.SEARCH_PATH, new Sample("app, public", builder -> builder.searchPath("app, public")));
        all.put(Setting.APPLICATION_NAME, new Sample("orders", builder -> builder.applicationName("orders")));
        all.put(Setting.SSLMODE, new Sample("verify-full", builder -> builder.sslMode(SSLMode.VERIFY_FULL)));
        all.put(Setting.SSLROOTCERT, new Sample("a.crt", builder -> builder.sslRootCert(Path.of("a.crt"))));
        all.put(Setting.SSLCERT, new Sample("b.crt", builder -> builder.sslCert(Path.of("b.crt"))));
        all.put(Setting.SSLKEY, new Sample("b.pk8", builder -> builder.sslKey(Path.of("b.pk8"))));
        all.put(Setting.INSECURE, new Sample("true", PostgresSessions.Builder::insecure));
        all.put(
                Setting.REQUIRE_AUTH,
                new Sample(
                        "scram-sha-256,password",
                        builder -> builder.requireAuth(
                                AuthenticationMethod.PASSWORD, AuthenticationMethod.SCRAM_SHA_256)));
        all.put(Setting.MAX_SCRAM_ITERATIONS, new Sample("8192", builder -> builder.maxScramIterations(8_192)));
        all.put(Setting.MAX_MESSAGE_SIZE, new Sample("128MB", builder -> builder.maxMessageSize(128 << 20)));
        all.put(
                Setting.WATCH_END_AFTER,
                new Sample(
                        "5m", builder -> builder.watch(WatchOptions.defaults().endAfter(Duration.ofMinutes(5)))));
        all.put(Setting.ECHO, new Sample("true", builder -> builder.echo(true)));
        all.put(Setting.ECHO_PARAMETERS, new Sample("true", builder -> builder.echoParameters(true)));
        all.put(
                Setting.SLOW_TRANSACTION,
                new Sample("off", builder -> builder.logs(LogOptions.defaults().noSlowTransactions())));
        all.put(
                Setting.SLOW_STATEMENT,
                new Sample(
                        "500ms", builder -> builder.logs(LogOptions.defaults().slowStatement(Duration.ofMillis(500)))));
        all.put(Setting.PGBOUNCER, new Sample("true", PostgresSessions.Builder::pgBouncer));
        return all;
    }

    private static Sample pool(String text, UnaryOperator<PoolOptions> change) {
        return new Sample(text, builder -> builder.pool(change.apply(PoolOptions.defaults())));
    }

    private static Sample sample(Setting setting) {
        return SAMPLES.getOrDefault(setting, new Sample("", builder -> builder));
    }

    private static void assertSame(PostgresSessions.Builder actual, PostgresSessions.Builder expected) {
        assertThat(actual).hasToString(expected.toString());
        assertThat(actual.address()).isEqualTo(expected.address());
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingMustMeanTheSameByEveryWay(Setting setting) {
        Sample sample = sample(setting);
        PostgresSessions.Builder byCode = sample.call().apply(PostgresSessions.builder());
        SettingNames names = setting.names();

        assertThat(byCode.toString() + byCode.address().password())
                .as("has a sample that changes something")
                .isNotEqualTo(PostgresSessions.builder().toString() + (CharSequence) null);
        assertSame(PostgresSessions.fromProperties(sample.given(names.property(), "pool-size")), byCode);
        for (String variable : names.variables()) {
            assertSame(PostgresSessions.fromEnvironment(sample.given(variable, "DB_POOL_SIZE")), byCode);
        }
        if (names.common() != null) {
            assertSame(PostgresSessions.fromEnvironment(sample.given(names.common(), "DB_POOL_SIZE")), byCode);
        }
        for (String parameter : names.inUrl()) {
            String value = sample.text().replace(" ", "%20");
            assertSame(
                    PostgresSessions.builder()
                            .url(URL + "?" + parameter + "=" + value
                                    + (sample.poolSize().isEmpty() ? "" : "&pool_size=" + sample.poolSize())),
                    sample.call().apply(PostgresSessions.builder().url(URL)));
        }
    }

    @Test
    void whatComesFirstMustWin() {
        Map<String, String> environment = new HashMap<>();
        environment.put("PGHOST", "unseen");
        environment.put("PGPORT", "6543");
        environment.put("PGAPPNAME", "unseen");
        environment.put("ENVIRONMENT", "production");
        assertThat(PostgresSessions.fromEnvironment(environment).toString())
                .contains("@unseen:6543/", "maxSize=20", "applicationName=unseen");

        environment.put("DATABASE_URL", "postgresql://user@host/db?application_name=url&pool_size=3&lock_timeout=3s");
        assertThat(PostgresSessions.fromEnvironment(environment).toString())
                .contains("//user@host:6543/db", "maxSize=3", "applicationName=url", "lock=PT3S");

        environment.put("DATABASE_POOL_SIZE", "4");
        environment.put("DATABASE_PRESET", "dev");
        assertThat(PostgresSessions.fromEnvironment(environment).toString())
                .contains("maxSize=4", "acquireTimeout=PT30S", "applicationName=url");

        assertThat(PostgresSessions.fromEnvironment(environment)
                        .maxSize(5)
                        .lockTimeout(Duration.ofSeconds(1))
                        .toString())
                .contains("maxSize=5", "lock=PT1S");
        assertThat(PostgresSessions.fromProperties(
                                Map.of("url", URL + "?pool_size=3", "host", "other", "pool-size", "4"))
                        .toString())
                .contains("@other:5432/db", "maxSize=4");
    }

    @Test
    void twoNamesForOneSettingMustAgree() {
        assertThat(PostgresSessions.fromEnvironment(Map.of("DATABASE_POOL_SIZE", "4", "DB_POOL_SIZE", "4"))
                        .toString())
                .contains("maxSize=4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.fromEnvironment(Map.of("DATABASE_URL", URL, "DB_URL", URL + "2")))
                .withMessage(
                        "DATABASE_URL and DB_URL are the same setting and have different values; remove one of them");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder().url(URL + "?application_name=a&applicationName=b"))
                .withMessageContaining("\"application_name\"")
                .withMessageContaining("\"applicationName\"");
    }

    @ParameterizedTest
    @CsvSource({
        "DATABASE_POLL_SIZE, DATABASE_POOL_SIZE",
        "DATABASE_POOLSIZE, DATABASE_POOL_SIZE",
        "DB_POOL_SZIE, DB_POOL_SIZE",
        "DB_POOL_OVERFLOW_WARNING, DB_POOL_",
        "DATABASE_STATMENT_TIMEOUT, DATABASE_STATEMENT_TIMEOUT",
        "DATABASE_SSL_MODE, DATABASE_SSLMODE",
        "DATABASE_MAXOVERFLOW, DATABASE_MAX_OVERFLOW"
    })
    void aSlipInAVariableMustBeAnErrorThatNamesTheNearest(String variable, String nearest) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.fromEnvironment(Map.of(variable, SECRET)))
                .withMessageStartingWith(variable + " is not known")
                .withMessageContaining(nearest)
                .satisfies(error -> assertThat(error.toString()).doesNotContain(SECRET));
    }

    @Test
    void variablesOfOtherProgramsMustNotBreakAStart() {
        Map<String, String> others = new HashMap<>();
        List.of(
                        "DB_HOST",
                        "DB_PORT",
                        "DB_NAME",
                        "DB_USER",
                        "DB_PASSWORD",
                        "DB_CONNECTION",
                        "DB_SSL_CA",
                        "DATABASE_HOST")
                .forEach(name -> others.put(name, "x"));
        List.of("DATABASE_PORT", "DATABASE_PORT_5432_TCP", "DATABASE_SERVICE_HOST", "DATABASE_SERVICE_PORT")
                .forEach(name ->
                        others.put(name, "tcp://10.0.0.1:5432")); // a container platform's for a service "database"
        List.of("PGDATA", "PGOPTIONS", "POOL_SIZE", "DATABASE", "PATH").forEach(name -> others.put(name, "x"));

        assertSame(PostgresSessions.fromEnvironment(others), PostgresSessions.builder());
    }

    @Test
    void aSlipBehindThePrefixOfOtherProgramsMustBeAWarning() {
        try (LogLines log = LogLines.of(EnvironmentSettings.class)) {
            assertSame(PostgresSessions.fromEnvironment(Map.of("DB_POLL_SIZE", SECRET)), PostgresSessions.builder());

            assertThat(log.lines())
                    .containsExactly(
                            "The environment variable DB_POLL_SIZE is not known; the nearest that is: DB_POOL_SIZE;"
                                    + " it is taken for another program's.");
        }
    }

    @Test
    void aPropertyOrParameterThatIsNotKnownMustBeAnErrorThatNamesTheNearest() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.fromProperties(Map.of("pool_size", "4")))
                .withMessage("property \"pool_size\" is not known; the nearest that is: pool-size");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.fromProperties(Map.of(URL, "")))
                .satisfies(error -> assertThat(error.toString()).doesNotContain(SECRET));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder().url(URL + "?ssl_mode=require"))
                .withMessage("parameter \"ssl_mode\" of url is not known; the nearest that is: sslmode");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder().url(URL + "?user=me"))
                .withMessageContaining("belongs in front of the query");
    }

    @ParameterizedTest
    @CsvSource({
        "pool-size, 0, a whole number of at least 1",
        "pool-size, ten, a whole number",
        "pool-size, 99999999999, a whole number",
        "max-overflow, -1, a whole number of at least 0",
        "instances, 0, a whole number of at least 1",
        "time-zone, Mars, the name of a time zone",
        "time-zone, +02:00:30, an offset of whole minutes",
        "client-check-interval, never, 'off, or a time'",
        "port, 65536, from 1 to 65535",
        "pool-timeout, 0, a time of at least 1ms",
        "pool-timeout, -1, a time of at least 1ms",
        "pool-timeout, 5000, seconds up to 600",
        "statement-timeout, 30000, seconds up to 600",
        "statement-timeout, 600h, a time",
        "statement-timeout, 5 s, a time",
        "pool-recycle, -1, a time",
        "pool-pre-ping, yes, false or true",
        "preset, staging, 'dev, test or production'",
        "sslmode, tunnel, verify-full",
        "sslmode, on, verify-full",
        "application-name, grüße, printable characters",
        "search-path, ' ', names of schemas"
    })
    void aValueThatBreaksItsRuleMustBeNamedWithTheRule(String property, String value, String rule) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.fromProperties(Map.of(property, value)))
                .withMessageStartingWith(property)
                .withMessageContaining(rule)
                .withMessageContaining("but was \"" + value + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"connectTimeout", "statementTimeout", "statement_timeout", "lockWaitTimeout"})
    void aTimeWithoutAUnitThatOthersReadDifferentlyMustBeRefused(String parameter) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder().url(URL + "?" + parameter + "=500"))
                .withMessageContaining(parameter)
                .withMessageContaining("must have a unit, such as 500ms");
    }

    @Test
    void aTimeMustBeReadWithItsUnit() {
        ValueRule<Duration> time = ValueRule.time(600);
        assertThat(time.read("x", "600")).isEqualTo(Duration.ofMinutes(10));
        assertThat(time.read("x", "1ms")).isEqualTo(Duration.ofMillis(1));
        assertThat(time.read("x", "30s")).isEqualTo(Duration.ofSeconds(30));
        assertThat(time.read("x", "601s")).isEqualTo(Duration.ofSeconds(601));
        assertThat(time.read("x", "5m")).isEqualTo(Duration.ofMinutes(5));
        assertThat(time.read("x", "2h")).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void anEmptyValueMustCountAsNotSet() {
        assertSame(
                PostgresSessions.fromEnvironment(Map.of("DATABASE_POOL_SIZE", "", "PGPORT", "", "DATABASE_URL", "")),
                PostgresSessions.builder());
        assertSame(PostgresSessions.fromProperties(Map.of("pool-size", "")), PostgresSessions.builder());
    }

    @Test
    void theEnvironmentMustChooseThePreset() {
        Map<String, PoolOptions> presets = Map.of(
                "dev", PoolOptions.development(),
                "development", PoolOptions.development(),
                "test", PoolOptions.testing(),
                "production", PoolOptions.production(),
                "prod", PoolOptions.production());
        presets.forEach((name, pool) -> assertSame(
                PostgresSessions.fromEnvironment(Map.of("ENVIRONMENT", name)),
                PostgresSessions.builder().pool(pool)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.fromEnvironment(Map.of("ENVIRONMENT", "staging")))
                .withMessageContaining("DATABASE_PRESET comes before ENVIRONMENT");
        assertThatCode(() -> PostgresSessions.fromEnvironment(
                        Map.of("ENVIRONMENT", "staging", "DATABASE_PRESET", "production")))
                .doesNotThrowAnyException();
    }

    @Test
    void anOverflowWithoutASizeToAddItToMustBeRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.fromProperties(Map.of("max-overflow", "4")))
                .withMessageStartingWith("max-overflow (4) is added to pool-size, which is not set");
        assertSame(
                PostgresSessions.fromEnvironment(Map.of("ENVIRONMENT", "production", "DATABASE_MAX_OVERFLOW", "4")),
                PostgresSessions.builder().pool(PoolOptions.production().size(10, 4)));
        assertSame(
                PostgresSessions.fromEnvironment(Map.of("ENVIRONMENT", "production", "DB_POOL_SIZE", "16")),
                PostgresSessions.builder().pool(PoolOptions.production().size(16, 0)));
    }

    @Test
    void theTargetForTheWaitMustBeSwitchedOffByItsName() {
        assertSame(
                PostgresSessions.fromProperties(Map.of("preset", "production", "pool-wait-target", "off")),
                PostgresSessions.builder().pool(PoolOptions.production().noWaitTarget()));
    }

    @Test
    void theEnvironmentOfThisProcessMustBeRead() {
        assertSame(PostgresSessions.fromEnvironment(), PostgresSessions.fromEnvironment(System.getenv()));
    }

    @Test
    void noTextMustShowThePassword() {
        PostgresSessions.Builder builder =
                PostgresSessions.fromEnvironment(Map.of("DATABASE_URL", URL, "PGPASSWORD", SECRET));
        assertThat(builder.toString()).doesNotContain(SECRET).contains("postgresql://user@host:5432/db");
        assertThat(new Setting.Given("PGPASSWORD", SECRET)).hasToString("PGPASSWORD");
        for (Setting setting : Setting.values()) {
            String variable = setting.names().variables().isEmpty()
                    ? String.valueOf(setting.names().common())
                    : setting.names().variables().get(0);
            try {
                PostgresSessions.Builder misplaced =
                        PostgresSessions.fromEnvironment(Map.of(variable, "http://user:s3cr3t@host/db"));
                assertThat(setting)
                        .isIn(
                                Setting.PASSWORD,
                                Setting.DATABASE,
                                Setting.USERNAME,
                                Setting.SEARCH_PATH,
                                Setting.APPLICATION_NAME,
                                Setting.SSLROOTCERT,
                                Setting.SSLCERT,
                                Setting.SSLKEY);
                assertThat(misplaced).isNotNull();
            } catch (IllegalArgumentException refused) {
                assertThat(refused.toString()).contains(variable).doesNotContain(SECRET);
            }
        }
    }

    @Test
    void whatWouldNotBeUsedMustBeRefused() throws IOException {
        Path file = Files.createTempFile("certificate", ".pem");
        PostgresSessions.Builder builder = PostgresSessions.builder().url(URL);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder()
                        .url(URL)
                        .sslMode(SSLMode.REQUIRE)
                        .sslRootCert(file)
                        .build())
                .withMessageContaining("sslRootCert is used by sslMode verify-ca and verify-full only");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder()
                        .url(URL)
                        .sslMode(SSLMode.REQUIRE)
                        .sslCert(file)
                        .build())
                .withMessageContaining("only sslCert is set");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder()
                        .url(URL)
                        .insecure()
                        .sslCert(file)
                        .sslKey(file)
                        .build())
                .withMessageContaining("sslMode is disable");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.sslMode(SSLMode.VERIFY_FULL)
                        .sslRootCert(Path.of("no.such.file"))
                        .build())
                .withMessageContaining("sslRootCert must be a file that can be read, but was \"no.such.file\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder().url(URL).statementTimeout(Duration.ofNanos(1)))
                .withMessage("statementTimeout must be 1 ms to 2147483647 ms, but was PT0.000000001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder()
                        .url(URL + "?connect_timeout=10")
                        .build())
                .withMessageContaining(
                        "createTimeout (connect-timeout, 10000 ms) must not be longer than acquireTimeout"
                                + " (pool-timeout, 5000 ms)");
        for (String parameter : List.of("statement_timeout=1s", "lock_timeout=1s", "search_path=app")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PostgresSessions.builder()
                            .url(URL + "?pgbouncer=true&" + parameter)
                            .build())
                    .withMessageContaining(
                            "pgBouncer() cannot go together with statementTimeout, lockTimeout, idleInTransactionTimeout");
        }
        Files.delete(file);
    }
}
