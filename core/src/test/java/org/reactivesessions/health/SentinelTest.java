package org.reactivesessions.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.error.DatabaseReadOnlyException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** When it looks, and what it does with what it sees. */
class SentinelTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** The first column of the health query says that it is a standby. */
    private static final String QUERY = new StandardDialect().healthQuery();

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final ScriptedDatabase database = ScriptedDatabase.plain().rows(QUERY, false);
    private final AtomicInteger renewed = new AtomicInteger();
    private final HealthProbe probe = new HealthProbe(
            database,
            new StandardDialect(),
            Duration.ofMillis(200),
            () -> new PoolStatus(0, 0, 0, 0, 1, 0, 0),
            () -> BreakerState.CLOSED,
            renewed::incrementAndGet,
            clock,
            () -> clock.now(TimeUnit.NANOSECONDS));
    private final Sentinel sentinel = new Sentinel(probe, clock);

    @AfterEach
    void end() {
        sentinel.close();
        Mono.fromDirect(probe.close("closed for a test")).subscribe();
        clock.dispose();
    }

    private long looks() {
        return database.wire().stream().filter(QUERY::equals).count();
    }

    private void writesMustBeRefused() {
        assertThatThrownBy(() -> sentinel.requireWritable("transfer"))
                .isInstanceOfSatisfying(DatabaseReadOnlyException.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(FailureKind.READ_ONLY);
                    assertThat(refused.session()).isEqualTo("transfer");
                    assertThat(refused.getSqlState()).isEqualTo("25006");
                })
                .hasMessageStartingWith("transfer: nothing was sent, because the database takes no writes: ");
    }

    private void writesMustPass() {
        assertThatCode(() -> sentinel.requireWritable("transfer")).doesNotThrowAnyException();
    }

    @Test
    void whoWantsToKnowMustHearOfEachAnswerAndOfNothingElse() {
        AtomicInteger answers = new AtomicInteger();
        Sentinel telling = new Sentinel(probe, clock, answers::incrementAndGet);
        telling.look();
        clock.advanceTime();
        assertThat(answers).hasValue(1);
        database.connection(0).lose();
        database.fails("CONNECT", () -> new IOException("refused"));
        telling.look();
        clock.advanceTimeBy(SECOND);
        assertThat(answers).hasValue(1);
    }

    @Test
    void whoAsksWhileALookIsUnderWayMustAddNothingToIt() {
        AtomicInteger answers = new AtomicInteger();
        Sentinel asked = new Sentinel(probe, clock, answers::incrementAndGet);
        database.hold(QUERY);
        for (int refused = 0; refused < 1_000; refused++) {
            asked.look();
        }
        database.last(QUERY).rows(false).complete();
        assertThat(answers).as("subscribers of that look").hasValue(1);
        database.letPass(QUERY);
        asked.look();
        assertThat(answers).as("and it looks again afterwards").hasValue(2);
    }

    @Test
    void itMustNotLookBeforeItIsStarted() {
        clock.advanceTimeBy(SECOND.multipliedBy(10));

        assertThat(looks()).isZero();
        writesMustPass();
    }

    @Test
    void itMustLookOnceASecondHoweverOftenItIsStarted() {
        sentinel.start();
        sentinel.start();
        clock.advanceTimeBy(SECOND.minusMillis(1));
        assertThat(looks()).isZero();
        clock.advanceTimeBy(Duration.ofMillis(1));
        assertThat(looks()).isEqualTo(1);
        clock.advanceTimeBy(SECOND.multipliedBy(9));

        assertThat(looks()).isEqualTo(10);
    }

    @Test
    void writesMustBeRefusedFromTheLookOnThatSaysSoUntilOneSaysOtherwise() {
        sentinel.start();
        clock.advanceTimeBy(SECOND);
        database.rows(QUERY, true);
        writesMustPass();
        clock.advanceTimeBy(SECOND);
        writesMustBeRefused();
        database.rows(QUERY, false);
        writesMustBeRefused();
        clock.advanceTimeBy(SECOND);

        writesMustPass();
    }

    /** Behind a name that leads to a primary and to standbys, where only its own connection has come to another one. */
    @Test
    void aPrimaryThatItsOwnConnectionComesToMustSayNothingOfTheOthers() {
        sentinel.start();
        for (int minute = 0; minute < 5; minute++) {
            database.rows(QUERY, true);
            clock.advanceTimeBy(SECOND.multipliedBy(61));
            writesMustBeRefused();
            database.rows(QUERY, false);
            clock.advanceTimeBy(SECOND.multipliedBy(6));
            writesMustPass();
        }
        assertThat(renewed).hasValue(0);
    }

    /** What was opened between the two may lead to the standby. */
    @Test
    void aPrimaryThatIsFoundAfterOthersHaveComeToAStandbyMustBeToldOnce() {
        database.rows(QUERY, true);
        sentinel.start();
        clock.advanceTimeBy(SECOND);
        sentinel.demoted();
        clock.advanceTimeBy(SECOND);
        assertThat(renewed).hasValue(0);
        database.rows(QUERY, false);
        clock.advanceTimeBy(SECOND.multipliedBy(2));
        assertThat(renewed).hasValue(1);

        database.rows(QUERY, true);
        clock.advanceTimeBy(SECOND);
        database.rows(QUERY, false);
        clock.advanceTimeBy(SECOND);
        assertThat(renewed).hasValue(1);
    }

    /** They were all replaced when it was found out. */
    @Test
    void aPrimaryThatIsFoundAtOnceMustNotHaveThemReplacedAgain() {
        sentinel.demoted();
        database.rows(QUERY, true);
        clock.advanceTimeBy(SECOND);
        sentinel.look();
        database.rows(QUERY, false);
        sentinel.look();

        assertThat(renewed).hasValue(0);
    }

    @Test
    void itMustLookAtOnceWhenItIsTold() {
        database.rows(QUERY, true);
        sentinel.look();

        writesMustBeRefused();
    }

    @Test
    void aDatabaseThatDoesNotAnswerMustChangeNothing() {
        database.rows(QUERY, true);
        sentinel.start();
        clock.advanceTimeBy(SECOND);
        database.hold(QUERY, "CONNECT");
        clock.advanceTimeBy(SECOND.multipliedBy(2));
        writesMustBeRefused();
        database.letPass(QUERY, "CONNECT").rows(QUERY, false);
        clock.advanceTimeBy(SECOND.multipliedBy(2));

        writesMustPass();
    }

    @Test
    void itMustLookNoMoreOnceItIsClosed() {
        sentinel.start();
        clock.advanceTimeBy(SECOND);
        sentinel.close();
        clock.advanceTimeBy(SECOND.multipliedBy(10));
        sentinel.look();

        assertThat(looks()).isEqualTo(1);
    }

    @Test
    void aTimerThatWasShutDownMustNotKeepTransactionsFromStarting() {
        Scheduler gone = Schedulers.newSingle("gone");
        gone.dispose();
        Sentinel blind = new Sentinel(probe, gone);

        assertThatCode(blind::start).doesNotThrowAnyException();
        blind.close();
    }

    @Test
    void withNothingToWatchItMustNotLook() {
        Sentinel idle = new Sentinel(null, clock);
        idle.start();
        idle.look();
        clock.advanceTimeBy(SECOND.multipliedBy(2));

        assertThat(looks()).isZero();
        assertThatCode(() -> idle.requireWritable("transfer")).doesNotThrowAnyException();
        idle.close();
    }
}
