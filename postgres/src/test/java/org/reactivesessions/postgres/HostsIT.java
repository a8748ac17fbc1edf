package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.health.HealthReport;
import org.reactivesessions.health.HealthStatus;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.testkit.junit.PostgresCluster;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.EmbeddedCluster;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A primary and a standby: where connections lead to, and what is said if they cannot. */
@Tag("patient")
@PostgresCluster
@Timeout(120)
@ExpectsDrops // the driver drops what comes for a connection that is closed with a question unanswered
class HostsIT {

    private static final FrameMatch ROLE = FrameMatch.fromClient('Q').sql("^SELECT pg_catalog.pg_is_in_recovery");
    private static final Duration CREATE = Duration.ofSeconds(2);

    private final EmbeddedCluster cluster;
    private TwoHosts hosts;
    private ReactiveSessions sessions;

    HostsIT(EmbeddedCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void open() {
        hosts = new TwoHosts(cluster);
        sessions = hosts.builder().build(); // which opens nothing, for tests that ask for others
    }

    @AfterEach
    void leaveNothingBehind() {
        sessions.close().block(ServerFixture.PATIENCE);
        TwoHosts.await("a session is left", () -> hosts.sessionsOn(cluster.primary()) == 0);
        TwoHosts.await("a session is left", () -> hosts.sessionsOn(cluster.standby()) == 0);
        hosts.close();
    }

    private boolean reachesStandby() {
        return Boolean.TRUE.equals(TwoHosts.reachesStandby(sessions).block(ServerFixture.PATIENCE));
    }

    /** Nothing, if it has failed. */
    private @Nullable Boolean reachedStandby() {
        return TwoHosts.reachesStandby(sessions).onErrorComplete().block(ServerFixture.PATIENCE);
    }

    private HealthReport health() {
        return Objects.requireNonNull(sessions.health().block(ServerFixture.PATIENCE));
    }

    private @Nullable Throwable failure() {
        return sessions.withTransaction(session -> Mono.empty())
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .block(ServerFixture.PATIENCE);
    }

    @Test
    void thePrimaryMustBeFoundWhereverItIs() {
        sessions = hosts.builder().build();
        Rule asked = hosts.toStandby().watch(ROLE);
        Flux.range(0, 2)
                .flatMap(each -> sessions.withTransaction(
                        session -> Mono.delay(Duration.ofMillis(50)).then(Mono.just(each))))
                .blockLast(ServerFixture.PATIENCE);

        assertThat(reachesStandby()).isFalse();
        assertThat(sessions.poolStatus().allocated()).isEqualTo(2);
        assertThat(health().status()).isEqualTo(HealthStatus.UP);
        assertThat(asked.hits())
                .as("a host that is known to be a standby is not tried first")
                .isBetween(1, 2);
        TwoHosts.await("a connection to the standby is left", () -> hosts.sessionsOn(cluster.standby()) == 0);
    }

    /** As long as nobody says that it has to be a primary. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneHostMustBeTakenAsItIsUnlessAPrimaryIsWanted(boolean wanted) {
        PostgresSessions.Builder one = hosts.builder(hosts.toStandby())
                .resilience(ResilienceOptions.defaults().noRetry());
        sessions = wanted ? one.target(HostTarget.PRIMARY).build() : one.build();
        Rule asked = hosts.toStandby().watch(ROLE);

        if (wanted) {
            assertThat(failure())
                    .hasMessageContaining(
                            TwoHosts.address(hosts.toStandby()) + " is a standby, but target is primary.");
        } else {
            assertThat(reachesStandby()).isTrue();
        }
        assertThat(asked.hits() > 0).isEqualTo(wanted);
    }

    @Test
    void anyMustBeTheFirstThatAnswersAndAskNothing() {
        sessions = hosts.builder().target(HostTarget.ANY).build();
        Rule asked = hosts.toStandby().watch(ROLE);
        assertThat(reachesStandby()).isTrue();
        hosts.toStandby().closePort();
        hosts.toStandby().resetAll();
        TwoHosts.await("the primary is not found", () -> Boolean.FALSE.equals(reachedStandby()));
        assertThat(asked.hits()).isZero();
    }

    @Test
    void aStandbyThatIsPreferredMustBeReplacedByThePrimaryWhenItIsGone() {
        sessions = hosts.builder(hosts.toPrimary(), hosts.toStandby())
                .target(HostTarget.PREFER_STANDBY)
                .build();
        assertThat(reachesStandby()).isTrue();
        TwoHosts.await("a connection to the primary is left", () -> hosts.sessionsOn(cluster.primary()) == 0);
        assertThat(health().status()).isEqualTo(HealthStatus.READ_ONLY);

        hosts.toStandby().closePort();
        hosts.toStandby().resetAll();
        TwoHosts.await("the primary is not found", () -> Boolean.FALSE.equals(reachedStandby()));

        hosts.toStandby().openPort();
        TwoHosts.await("the standby is not found again", () -> {
            sessions.reset().block(ServerFixture.PATIENCE);
            return reachesStandby();
        });
    }

    @Test
    void whatEveryHostHasAnsweredMustBeSaid() {
        hosts.toPrimary().closePort();
        sessions = hosts.builder()
                .resilience(ResilienceOptions.defaults().noRetry())
                .build();
        failure(); // the first may still be accepted before it is refused

        assertThat(failure()).isInstanceOfSatisfying(DatabaseUnavailableException.class, error -> {
            assertThat(error.kind()).isEqualTo(FailureKind.UNREACHABLE);
            assertThat(error.outcome()).isEqualTo(TransactionOutcome.NOT_STARTED);
            assertThat(error)
                    .hasMessageContaining("no connection: " + TwoHosts.address(hosts.toStandby())
                            + " is a standby, but target is primary; " + TwoHosts.address(hosts.toPrimary())
                            + " refused the connection. Check that");
            assertThat(Objects.requireNonNull(error.getCause()).getSuppressed()).hasSize(1);
        });
        assertThat(health())
                .satisfies(report -> assertThat(report.status()).isEqualTo(HealthStatus.DOWN))
                .satisfies(report -> assertThat(report.reason()).contains("refused the connection"));
        hosts.toPrimary().openPort();
        assertThat(reachesStandby()).isFalse();
    }

    @Test
    void aPasswordThatEveryHostRefusesMustBeARefusal() {
        sessions = hosts.builder().password("wrong").build();

        assertThat(failure()).isInstanceOfSatisfying(DatabaseRefusedException.class, error -> {
            assertThat(error.getSqlState()).isEqualTo("28P01");
            assertThat(error)
                    .hasMessageContaining(TwoHosts.address(hosts.toStandby()) + ": password authentication failed")
                    .hasMessageContaining(TwoHosts.address(hosts.toPrimary()) + ": password authentication failed");
        });
    }

    @Test
    void aPasswordThatOneHostRefusesMustBeARefusalThoughTheOtherIsDown() {
        hosts.toStandby().closePort();
        sessions = hosts.builder()
                .password("wrong")
                .resilience(ResilienceOptions.defaults().noRetry())
                .build();

        assertThat(failure())
                .isInstanceOf(DatabaseRefusedException.class)
                .hasMessageMatching("(?s).*:\\d+( refused the connection|: Connection unexpectedly closed);"
                        + " .*:\\d+: password authentication failed.*");
    }

    /** It accepts and never answers, as a host that is frozen. */
    @Test
    void aSilentHostMustNotUseUpTheTimeOfTheOthers() {
        hosts.toStandby().drop(FrameMatch.startup());
        sessions = hosts.builder()
                .pool(ServerFixture.roomyPool(2).createTimeout(CREATE.multipliedBy(4)))
                .healthTimeout(CREATE)
                .resilience(ResilienceOptions.defaults().noRetry())
                .build();

        assertThat(reachesStandby()).isFalse();
        assertThat(health().status())
                .as("it is not asked first again, which would take longer than a look may")
                .isEqualTo(HealthStatus.UP);
        hosts.toStandby().awaitLinks(0, ServerFixture.PATIENCE);
    }

    @Test
    void silentHostsMustBeSaidToBeSilentWithinTheTime() {
        hosts.toStandby().drop(FrameMatch.startup());
        hosts.toPrimary().drop(FrameMatch.startup());
        sessions = hosts.builder()
                .pool(ServerFixture.roomyPool(2).createTimeout(CREATE))
                .resilience(ResilienceOptions.defaults().noRetry())
                .build();

        assertThat(failure())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageMatching("(?s).*:\\d+ did not answer within [89]\\d\\d ms.*:\\d+ did not answer within .*");
        sessions.close().block(ServerFixture.PATIENCE); // or somebody looks at the health every second
        hosts.toStandby().awaitLinks(0, ServerFixture.PATIENCE);
        hosts.toPrimary().awaitLinks(0, ServerFixture.PATIENCE);
    }

    /** What a source takes for its password is not theirs: both have their share of what is left of the whole time behind it. */
    @Test
    void aSourceOfPasswordsMustLeaveTheHostsTheirTime() {
        hosts.toStandby().drop(FrameMatch.startup());
        hosts.toPrimary().drop(FrameMatch.startup());
        sessions = hosts.builder()
                .password(Mono.just(hosts.database().password()))
                .pool(ServerFixture.roomyPool(2).createTimeout(CREATE))
                .resilience(ResilienceOptions.defaults().noRetry())
                .build();

        assertThat(failure())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageMatching("(?s).*:\\d+ did not answer within [1-4]\\d\\d ms.*:\\d+ did not answer within .*");
        sessions.close().block(ServerFixture.PATIENCE); // or somebody looks at the health every second
        hosts.toStandby().awaitLinks(0, ServerFixture.PATIENCE);
        hosts.toPrimary().awaitLinks(0, ServerFixture.PATIENCE);
    }

    /** The second host has let us in, and does not say what it is. */
    @Test
    void whatIsOpenWhenTheTimeIsOverMustBeClosed() {
        Rule unanswered = hosts.toPrimary().drop(ROLE);
        sessions = hosts.builder()
                .pool(ServerFixture.roomyPool(2).createTimeout(CREATE))
                .resilience(ResilienceOptions.defaults().noRetry())
                .build();

        assertThat(failure())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("did not answer within");
        unanswered.awaitHit(ServerFixture.PATIENCE);
        hosts.toPrimary().awaitLinks(0, ServerFixture.PATIENCE);
        TwoHosts.await("a session is left", () -> hosts.sessionsOn(cluster.primary()) == 0);
        unanswered.remove();
        assertThat(reachesStandby()).isFalse();
    }

    /** At the log-in, or at the question what it is; the search goes on without him, or nothing of it is left. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCancelMustLeaveNoConnectionBehind(boolean atLogIn) {
        FrameMatch where = atLogIn ? FrameMatch.startup() : ROLE;
        Rule slow = hosts.toPrimary().delay(where, Duration.ofMillis(200));
        sessions = hosts.builder().build();
        List<Disposable> callers = IntStream.range(0, 4)
                .mapToObj(each ->
                        sessions.withTransaction(session -> Mono.just("done")).subscribe(done -> {}, error -> {}))
                .toList();
        slow.awaitHit(ServerFixture.PATIENCE);
        callers.forEach(Disposable::dispose);
        sessions.close().block(ServerFixture.PATIENCE);

        hosts.toStandby().awaitLinks(0, ServerFixture.PATIENCE);
        hosts.toPrimary().awaitLinks(0, ServerFixture.PATIENCE);
    }

    /** A look at the health gives up in the middle of a host, which the pool does not. */
    @Test
    void aSearchThatIsCancelledMustCloseWhatItHasOpened() {
        sessions = hosts.builder().healthTimeout(Duration.ofSeconds(3)).build();
        Rule unanswered = hosts.toPrimary().drop(ROLE);
        TwoHosts.await("nobody asks", () -> health().status() == HealthStatus.DOWN && unanswered.hits() > 0);

        sessions.close().block(ServerFixture.PATIENCE);
        hosts.toPrimary().awaitLinks(0, ServerFixture.PATIENCE);
    }

    @ParameterizedTest
    @EnumSource(
            value = HostTarget.class,
            names = {"PRIMARY", "PREFER_STANDBY"})
    void aCancelMustGoToTheHostOfItsConnection(HostTarget target) {
        sessions = hosts.builder(hosts.toPrimary(), hosts.toStandby())
                .target(target)
                .build();
        FaultProxy there = target == HostTarget.PRIMARY ? hosts.toPrimary() : hosts.toStandby();
        FaultProxy elsewhere = target == HostTarget.PRIMARY ? hosts.toStandby() : hosts.toPrimary();
        Rule sleep = there.watch(FrameMatch.fromClient('Q', 'P').sql("pg_sleep"));
        Disposable caller = sessions.withTransaction(
                        TransactionOptions.defaults().readOnly(),
                        session -> session.sql("SELECT pg_sleep(600)").execute())
                .subscribe();
        sleep.awaitHit(ServerFixture.PATIENCE);
        caller.dispose();

        sessions.quiesced().block(ServerFixture.PATIENCE);
        assertThat(there.cancelRequests()).isPositive();
        assertThat(elsewhere.cancelRequests()).isZero();
        assertThat(sessions.poolStatus().idle()).as("the connection is kept").isEqualTo(1);
    }

    @Test
    void aPoolerMustBeFoundOutInFrontOfEveryHost() {
        try (StrictPooler first = StrictPooler.before(
                        cluster.standby().host(), cluster.standby().port());
                StrictPooler second = StrictPooler.before(
                        cluster.primary().host(), cluster.primary().port())) {
            sessions = hosts.builder()
                    .hosts(first.host() + ":" + first.port(), second.host() + ":" + second.port())
                    .build();
            sessions.withTransaction(
                            session -> session.sql("CREATE TABLE written ()").execute())
                    .as(StepVerifier::create)
                    .expectComplete()
                    .verify(ServerFixture.PATIENCE);
            assertThat(reachesStandby()).isFalse();
            sessions.close().block(ServerFixture.PATIENCE);
        }
    }

    /** The breaker counts a search as one try, whatever its hosts have answered. */
    @Test
    void theCircuitMustOpenWhenNoHostWillDo() {
        hosts.toPrimary().closePort();
        List<BreakerState> states = new CopyOnWriteArrayList<>();
        sessions = hosts.builder()
                .listener(new SessionListener() {
                    @Override
                    public void ended(
                            String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {}

                    @Override
                    public void circuitChanged(String name, BreakerState from, BreakerState to) {
                        states.add(to);
                    }
                })
                .build();
        TwoHosts.await("the circuit has not opened", () -> {
            failure();
            return states.contains(BreakerState.OPEN);
        });
        hosts.toPrimary().openPort();
        TwoHosts.await("the circuit has not closed", () -> failure() == null);
    }
}
