package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServerCancelOptionsTest {

    private final ServerCancelOptions defaults = ServerCancelOptions.defaults();

    @Test
    void everySettingMustBeKeptBesideTheOthers() {
        Duration second = Duration.ofSeconds(1);
        assertThat(defaults.grace(second).atOnce(2).perSecond(3))
                .isEqualTo(new ServerCancelOptions(true, second, 2, 3));
        assertThat(defaults.perSecond(3).atOnce(2).grace(second))
                .isEqualTo(new ServerCancelOptions(true, second, 2, 3));
    }

    @Test
    void limitsMustTakeThemOver() {
        TimeLimits limits = TimeLimits.defaults();
        assertThat(limits.cancelGrace(Duration.ofSeconds(1)).serverCancel())
                .isEqualTo(defaults.grace(Duration.ofSeconds(1)));
        assertThat(limits.noServerCancel().serverCancel().enabled()).isFalse();
        assertThat(limits.noServerCancel()
                        .queuedBehindRows(Duration.ofSeconds(9))
                        .serverCancel()
                        .enabled())
                .isFalse();
    }

    @Test
    void whatIsOutOfRangeMustBeRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.grace(Duration.ZERO))
                .withMessage("cancelGrace must be > 0, but was PT0S; use noServerCancel()");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.grace(Duration.ofMillis(-1)))
                .withMessageStartingWith("cancelGrace must be > 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.atOnce(0))
                .withMessage("atOnce must be >= 1, but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.perSecond(0))
                .withMessage("perSecond must be >= 1 and <= 1000000, but was 0");
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.perSecond(1_000_001));
    }
}
