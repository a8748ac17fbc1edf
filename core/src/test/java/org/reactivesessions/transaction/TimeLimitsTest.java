package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeLimitsTest {

    @Test
    void theDefaultsMustBeFinite() {
        assertThat(TimeLimits.defaults())
                .isEqualTo(new TimeLimits(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(2),
                        new ServerCancelOptions(true, Duration.ofMillis(10), 4, 50)));
    }

    @Test
    void aLimitThatIsNotPositiveMustBeRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TimeLimits(Duration.ZERO, second))
                .withMessage("controlTimeout must be > 0, but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TimeLimits(second, Duration.ofMillis(-1)))
                .withMessage("commitTimeout must be > 0, but was PT-0.001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TimeLimits.defaults().queuedBehindRows(Duration.ZERO))
                .withMessage("queuedBehindRows must be > 0, but was PT0S");
    }
}
