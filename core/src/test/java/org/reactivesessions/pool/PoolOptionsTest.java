package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import org.reactivesessions.wire.Residue;
import reactor.core.publisher.Mono;

class PoolOptionsTest {

    @Test
    void theDefaultsMustBeFinite() {
        PoolOptions options = PoolOptions.defaults();

        assertThat(options.maxSize()).isEqualTo(10);
        assertThat(options.acquireTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.maxPending()).isEqualTo(100);
        assertThat(options.createTimeout()).isLessThan(options.acquireTimeout());
        assertThat(options.maxIdleTime()).isEqualTo(Duration.ofMinutes(10));
        assertThat(options.maxLifeTime()).isEqualTo(Duration.ofMinutes(30));
        assertThat(options.evictionInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.destroyTimeout()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aChangeMustMakeACopy() {
        PoolOptions changed = PoolOptions.defaults().maxSize(3).acquireTimeout(Duration.ofMillis(7));

        assertThat(changed.maxSize()).isEqualTo(3);
        assertThat(changed.acquireTimeout()).isEqualTo(Duration.ofMillis(7));
        assertThat(PoolOptions.defaults().maxSize()).isEqualTo(10);
    }

    @Test
    void aSizeBelowOneMustBeRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PoolOptions.defaults().maxSize(0))
                .withMessage("maxSize must be >= 1, but was 0");
    }

    @Test
    void theLimitOfWaitingOnesMustStayALimitForAnySize() {
        assertThat(PoolOptions.defaults().maxSize(Integer.MAX_VALUE).maxPending())
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aTimeoutThatIsNotPositiveMustBeRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PoolOptions.defaults().acquireTimeout(Duration.ZERO))
                .withMessage("acquireTimeout must be > 0, but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PoolOptions.defaults().acquireTimeout(Duration.ofMillis(-1)));
    }

    /** By nanoseconds it would overflow: no connection could be opened, or the pool would take none back. */
    @Test
    void aTimeThatNoClockCountsMustBeRefused() {
        Duration forEver = ChronoUnit.FOREVER.getDuration();
        PoolOptions options = PoolOptions.defaults();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.maxLifeTime(forEver))
                .withMessage("maxLifeTime must be at most 36500 days, which is for ever, but was " + forEver);
        assertThatIllegalArgumentException().isThrownBy(() -> options.maxIdleTime(forEver));
        assertThatIllegalArgumentException().isThrownBy(() -> options.acquireTimeout(forEver));
        assertThat(options.maxLifeTime(Duration.ofDays(36_500)).maxLifeTime()).isEqualTo(Duration.ofDays(36_500));
    }

    @Test
    void theTimeToOpenAConnectionMustFollowAShorterTimeToGetOne() {
        PoolOptions impatient = PoolOptions.defaults().acquireTimeout(Duration.ofSeconds(1));

        assertThat(impatient.createTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(impatient.createTimeout(Duration.ofMillis(7)).createTimeout())
                .isEqualTo(Duration.ofMillis(7));
    }

    @Test
    void aTimeToOpenLongerThanTheTimeToGetOneMustBeRefused() {
        PoolOptions contradictory = PoolOptions.defaults().createTimeout(Duration.ofSeconds(6));

        assertThatIllegalArgumentException()
                .isThrownBy(contradictory::requireConsistent)
                .withMessage(
                        "createTimeout (connect-timeout, 6000 ms) must not be longer than acquireTimeout (pool-timeout,"
                                + " 5000 ms); lower the first or raise the second");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> contradictory.createTimeout(Duration.ZERO))
                .withMessage("createTimeout must be > 0, but was PT0S");
    }

    @Test
    void aPresetMustDifferFromTheDefaultsOnlyWhereItSays() {
        PoolOptions patient = PoolOptions.defaults().maxSize(5).acquireTimeout(Duration.ofSeconds(30));

        assertThat(PoolOptions.development()).isEqualTo(patient).hasSameHashCodeAs(patient);
        assertThat(PoolOptions.testing()).isEqualTo(patient);
        assertThat(patient.acquireTimeout(Duration.ofSeconds(1)).createTimeout())
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(PoolOptions.production())
                .isEqualTo(PoolOptions.defaults().size(10, 10).waitTarget(Duration.ofMillis(50)));
        assertThat(PoolOptions.production()).isNotEqualTo(PoolOptions.defaults());
    }

    @Test
    void theTextMustShowEverySetting() {
        assertThat(PoolOptions.production().maxPending(7))
                .hasToString("coreSize=10, maxSize=20, instances=1, acquireTimeout=PT5S, createTimeout=PT2.5S,"
                        + " validationTimeout=PT1S, maxPending=7, aliveWindow=PT1S, maxIdleTime=PT10M, maxLifeTime=PT30M,"
                        + " reset=WHEN_DIRTY, reconnectRate=20, waitTarget=PT0.05S");
    }

    @Test
    void aPoolMustBeOpenAgainAfterASecondUnlessItIsToldOtherwise() {
        assertThat(PoolOptions.defaults().maxSize(4).reconnectRate()).isEqualTo(10);
        assertThat(PoolOptions.defaults().maxSize(40).reconnectRate()).isEqualTo(40);
        assertThat(PoolOptions.defaults().maxSize(40).reconnectRate(3).reconnectRate())
                .isEqualTo(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PoolOptions.defaults().reconnectRate(0))
                .withMessage("reconnectRate must be 1 to 1000000 connections in a second, but was 0; leave it out for"
                        + " maxSize in a second");
    }

    @Test
    void loadMustBeShedOnlyWhereThereIsATarget() {
        assertThat(PoolOptions.defaults().waitTarget()).isNull();
        assertThat(PoolOptions.production().waitTarget()).isEqualTo(Duration.ofMillis(50));
        assertThat(PoolOptions.production().noWaitTarget().waitTarget()).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PoolOptions.defaults().waitTarget(Duration.ZERO))
                .withMessage("waitTarget must be > 0, but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        PoolOptions.defaults().waitTarget(Duration.ofSeconds(5)).requireConsistent())
                .withMessage("waitTarget (pool-wait-target, 5000 ms) must be shorter than acquireTimeout (pool-timeout,"
                        + " 5000 ms), or nobody would ever wait longer; lower the first or raise the second");
    }

    @Test
    void aSizeMustSayHowManyAreKeptAndHowManyMoreThereMayBe() {
        PoolOptions both = PoolOptions.defaults().size(5, 10);
        assertThat(both.coreSize()).isEqualTo(5);
        assertThat(both.maxSize()).isEqualTo(15);
        assertThat(both.maxSize(7)).isEqualTo(PoolOptions.defaults().maxSize(7));
        assertThat(PoolOptions.defaults().size(1, Integer.MAX_VALUE - 1).maxSize())
                .isEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, -1", "2147483647, 1"})
    void aSizeThatCannotBeMustBeRefused(int core, int overflow) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PoolOptions.defaults().size(core, overflow))
                .withMessage("size must be core >= 1 and overflow >= 0, their sum an int, but was core " + core
                        + " and overflow " + overflow);
    }

    @Test
    void aConnectionMustHaveTimeToBeReplaced() {
        PoolOptions options = PoolOptions.defaults();
        assertThat(options.validationTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.acquireTimeout(Duration.ofMillis(300)).validationTimeout())
                .isEqualTo(Duration.ofMillis(150));
        assertThatIllegalArgumentException()
                .isThrownBy(options.validationTimeout(Duration.ofSeconds(5))::requireConsistent)
                .withMessageStartingWith("validationTimeout (5000 ms) must be shorter than acquireTimeout");
        assertThat(options.validationTimeout(Duration.ofSeconds(4))
                        .requireConsistent()
                        .validationTimeout())
                .isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void countsAndTimesThatAreNotPositiveMustBeRefused() {
        PoolOptions options = PoolOptions.defaults();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.instances(0))
                .withMessage("instances must be >= 1, but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.validationTimeout(Duration.ZERO))
                .withMessage("validationTimeout must be > 0, but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.maxIdleTime(Duration.ofMillis(-1)))
                .withMessage("maxIdleTime must be > 0, but was PT-0.001S");
        assertThat(options.instances(3).instances()).isEqualTo(3);
        assertThat(options.maxIdleTime(Duration.ofMinutes(1)).maxIdleTime()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void aLifeThatIsNotPositiveMustBeRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PoolOptions.defaults().maxLifeTime(Duration.ZERO))
                .withMessage("maxLifeTime must be > 0, but was PT0S");
        assertThat(PoolOptions.defaults().maxLifeTime(Duration.ofHours(1)).maxLifeTime())
                .isEqualTo(Duration.ofHours(1));
    }

    @Test
    void whatIsLeftMustDecideWhetherAConnectionIsUsedAgain() {
        assertThat(reuse(ResetPolicy.TRANSACTION_ONLY)).containsOnly(Reuse.AS_IT_IS);
        assertThat(reuse(ResetPolicy.WHEN_DIRTY))
                .containsExactly(Reuse.AS_IT_IS, Reuse.AFTER_RESET, Reuse.AFTER_RESET, Reuse.NEVER);
        assertThat(reuse(ResetPolicy.ALWAYS))
                .containsExactly(Reuse.AFTER_RESET, Reuse.AFTER_RESET, Reuse.AFTER_RESET, Reuse.NEVER);
        assertThat(reuse(ResetPolicy.NEVER_REUSE)).containsOnly(Reuse.NEVER);
        assertThat(PoolOptions.defaults().reset()).isEqualTo(ResetPolicy.WHEN_DIRTY);
    }

    private static List<Reuse> reuse(ResetPolicy policy) {
        return Arrays.stream(Residue.values()).map(policy::reuse).toList();
    }

    @Test
    void withoutAResetNothingMustBeTakenForReset() {
        ScriptedDatabase database = ScriptedDatabase.plain();
        PoolOptions options = PoolOptions.defaults();
        assertThat(new ConnectionSource(database, new StandardDialect(), options))
                .satisfies(source -> assertThat(source.reuse(Residue.SESSION)).isEqualTo(Reuse.NEVER))
                .satisfies(source -> assertThat(source.reuse(Residue.LOCAL)).isEqualTo(Reuse.NEVER));
        Dialect resetting = new ScriptedDialect().sessionReset(connection -> Mono.empty());
        assertThat(new ConnectionSource(database, resetting, options))
                .satisfies(source -> assertThat(source.reuse(Residue.SESSION)).isEqualTo(Reuse.AFTER_RESET))
                .satisfies(source -> assertThat(source.reuse(Residue.LOCAL)).isEqualTo(Reuse.AS_IT_IS));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new ConnectionSource(database, new StandardDialect(), options.reset(ResetPolicy.ALWAYS)))
                .withMessage("reset ALWAYS (pool-reset) needs a dialect that can reset a session, but StandardDialect"
                        + " cannot; use NEVER_REUSE, or the dialect of your database");
    }
}
