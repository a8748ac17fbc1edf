package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.health.HealthStatus;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.postgres.hygiene.Secrets;
import org.reactivesessions.postgres.security.SecurityRow;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Passwords that come from a source, because they change or expire. */
@Timeout(120)
@ExtendWith(PostgresExtension.class)
@SecurityRow("S6")
@ExpectsDrops // where the time of the source and that to open a connection are over at once, one of the two errors has
// nobody to hear it
@Tag("patient")
class PasswordSourceIT {

    private static final String FIRST = "first-of-them-all";
    private static final String SECOND = "second-of-them-all";
    private static final Duration CREATE = Duration.ofSeconds(2);
    private static final int CALLERS = 32;

    private final TestDatabase database;
    private final String role;
    private final AtomicInteger asked = new AtomicInteger();
    private @Nullable ServerFixture fixture;

    PasswordSourceIT(TestDatabase database) {
        this.database = database;
        this.role = "token_" + database.database();
    }

    @BeforeEach
    void makeRole() {
        Secrets.know(FIRST);
        Secrets.know(SECOND);
        administer("DROP ROLE IF EXISTS " + role);
        administer("CREATE ROLE " + role + " LOGIN PASSWORD '" + FIRST + "'");
    }

    @AfterEach
    void leaveNothingBehind() {
        if (fixture != null) {
            fixture.close();
        }
    }

    private void administer(String sql) {
        try (Connection admin = database.openJdbc();
                Statement statement = admin.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed.getSQLState(), failed);
        }
    }

    private ServerFixture with(Supplier<Publisher<? extends CharSequence>> source) {
        ServerFixture made = ServerFixture.with(
                database,
                builder -> builder.username(role)
                        .password(Flux.defer(() -> {
                            asked.incrementAndGet();
                            return source.get();
                        }))
                        .pool(ServerFixture.roomyPool(4).createTimeout(CREATE)));
        fixture = made;
        return made;
    }

    private ServerFixture fixture() {
        return Objects.requireNonNull(fixture);
    }

    /** Gives these, one for each connection, and then nothing. */
    private ServerFixture with(String... passwords) {
        Queue<String> all = new ConcurrentLinkedQueue<>(List.of(passwords));
        return with(() -> Mono.fromSupplier(all::poll));
    }

    private Mono<Integer> one() {
        return fixture()
                .sessions()
                .withTransaction(session -> session.sql("SELECT 1").one(row -> row.get(0, Integer.class)));
    }

    private @Nullable Throwable failure() {
        return one().then(Mono.<Throwable>empty()).onErrorResume(Mono::just).block(ServerFixture.PATIENCE);
    }

    private FrameMatch logIns() {
        return FrameMatch.startup();
    }

    @Test
    void itMustBeAskedForEveryConnectionAndThatOfHealth() {
        with(() -> Mono.just(FIRST));
        Rule logIns = fixture().proxy().watch(logIns());
        Flux.range(0, 4)
                .flatMap(each -> fixture().sessions().withTransaction(session -> Mono.delay(Duration.ofMillis(100))))
                .blockLast(ServerFixture.PATIENCE);
        assertThat(Objects.requireNonNull(fixture().sessions().health().block(ServerFixture.PATIENCE))
                        .status())
                .isEqualTo(HealthStatus.UP);

        assertThat(logIns.hits()).isGreaterThanOrEqualTo(5);
        assertThat(asked).hasValue(logIns.hits());
    }

    @Test
    void aPasswordThatIsRefusedMustBeAskedForOnceMore() {
        with("of-yesterday", FIRST);
        assertThat(one().block(ServerFixture.PATIENCE)).isEqualTo(1);
        assertThat(asked).hasValueGreaterThanOrEqualTo(2);
        assertThat(fixture().waits()).isEmpty();
    }

    /** Another thread than the one that opens the connection, which must not be blocked. */
    @Test
    void aSourceThatBlocksMustBeTakenElsewhere() {
        with(() -> Mono.fromCallable(() ->
                        Mono.just(FIRST).delayElement(Duration.ofMillis(1)).block(ServerFixture.PATIENCE))
                .subscribeOn(Schedulers.boundedElastic()));
        assertThat(one().block(ServerFixture.PATIENCE)).isEqualTo(1);
    }

    private static Stream<Arguments> whatIsNoAnswer() {
        return Stream.of(
                Arguments.of(
                        "an error",
                        source(() -> Mono.error(new IllegalStateException("token service away"))),
                        "it failed"),
                Arguments.of("nothing", source(Mono::empty), "it gave none"),
                Arguments.of("an empty text", source(() -> Mono.just("")), "it gave none"),
                Arguments.of("a hang", source(Mono::never), "it did not answer within 1000 ms"),
                Arguments.of(
                        "a throw",
                        source(() -> {
                            throw new IllegalStateException("token service away");
                        }),
                        "it failed"));
    }

    private static Supplier<Publisher<? extends CharSequence>> source(
            Supplier<Publisher<? extends CharSequence>> source) {
        return source;
    }

    /** And no outage: the database was not asked. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("whatIsNoAnswer")
    void whatIsNoAnswerMustBeARefusalThatSaysSo(
            String what, Supplier<Publisher<? extends CharSequence>> source, String said) {
        AtomicBoolean ill = new AtomicBoolean(true);
        with(() -> ill.get() ? source.get() : Mono.just(FIRST));
        Rule logIns = fixture().proxy().watch(logIns());
        for (int i = 0; i < (what.equals("a hang") ? 2 : 25); i++) {
            assertThat(failure())
                    .isInstanceOf(DatabaseRefusedException.class)
                    .hasMessageStartingWith(
                            "transaction: no connection: the source of the password was asked for one, and " + said)
                    .hasMessageContaining("it is not tried again by itself");
        }
        assertThat(logIns.hits()).isZero();
        assertThat(fixture().circuit()).isEmpty();
        assertThat(fixture().waits()).isEmpty();
        ill.set(false);
        assertThat(one().block(ServerFixture.PATIENCE)).isEqualTo(1);
    }

    @Test
    void aSourceThatHangsMustBeCancelledWhenItsTimeIsOver() {
        List<String> ends = new CopyOnWriteArrayList<>();
        with(() -> Mono.<String>never().doOnCancel(() -> ends.add("cancelled")));
        assertThat(failure()).isInstanceOf(DatabaseRefusedException.class);
        TwoHosts.await("the source is not cancelled", () -> !ends.isEmpty());
    }

    /** Whoever knows passwords knows the new one when the database does. */
    private static final class Vault {

        private String password = FIRST;

        synchronized String password() {
            return password;
        }

        synchronized void rotate(String to, Runnable inTheDatabase) {
            inTheDatabase.run();
            password = to;
        }
    }

    @Test
    void aPasswordMustBeChangedUnderLoadWithoutAnError() {
        Vault vault = new Vault();
        AtomicInteger done = new AtomicInteger();
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        fixture = ServerFixture.with(
                database,
                builder -> builder.username(role)
                        .password(Mono.fromCallable(() -> {
                                    asked.incrementAndGet();
                                    return vault.password();
                                })
                                .subscribeOn(Schedulers.boundedElastic()))
                        .pool(ServerFixture.roomyPool(8).maxLifeTime(Duration.ofMillis(200))));
        Mono<Void> callers = Flux.range(0, CALLERS)
                .flatMap(
                        each -> one().doOnNext(one -> done.incrementAndGet())
                                .onErrorResume(error -> {
                                    errors.add(error);
                                    return Mono.empty();
                                })
                                .repeat(() -> !over.get())
                                .then(),
                        CALLERS)
                .then();
        for (int i = 0; i < 6; i++) {
            over.set(false);
            CompletableFuture<Void> load = callers.toFuture();
            int before = asked.get();
            int doneBefore = done.get();
            TwoHosts.await(
                    "no connection is replaced", () -> asked.get() >= before + 8 && done.get() > doneBefore + CALLERS);
            String next = i % 2 == 0 ? SECOND : FIRST;
            vault.rotate(next, () -> administer("ALTER ROLE " + role + " PASSWORD '" + next + "'"));
            int changed = asked.get();
            TwoHosts.await("no connection is replaced", () -> asked.get() >= changed + 16);
            over.set(true);
            assertThat(load).as("who meets two changes may be refused").succeedsWithin(ServerFixture.PATIENCE);
        }

        assertThat(errors).isEmpty();
    }

    /** The driver's own texts, ours, and those of the errors. */
    @Test
    @SecurityRow({"S4", "S6"})
    void noTextMustShowAPassword() {
        PostgresSessions.Builder builder = PostgresSessions.builder()
                .host("localhost")
                .database("db")
                .username("me")
                .password(Mono.just(SECOND));
        assertThat(builder.toString() + builder.address() + builder.address().passwords())
                .doesNotContain(SECOND);
        PostgresqlConnectionConfiguration.Builder driver = PostgresqlConnectionConfiguration.builder()
                .host("localhost")
                .username("me")
                .password(FreshPassword.ofContext());
        assertThat(driver + " " + driver.build()).doesNotContain(SECOND);

        with(SECOND, SECOND, SECOND, SECOND, SECOND, SECOND);
        Throwable error = Objects.requireNonNull(failure());
        assertThat(error).isInstanceOf(DatabaseRefusedException.class);
        Secrets.look("the error", error);
        assertThat(Secrets.isIn(String.valueOf(error.getMessage()))).isFalse();
        assertThat(fixture().sessions().toString()).doesNotContain(SECOND);
    }
}
