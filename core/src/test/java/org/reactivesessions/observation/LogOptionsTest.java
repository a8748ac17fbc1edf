package org.reactivesessions.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class LogOptionsTest {

    @Test
    void theDefaultsMustBeAsTheyAreDocumented() {
        LogOptions options = LogOptions.defaults();

        assertThat(options.level(LogEvent.BEGIN)).isEqualTo(Level.DEBUG);
        assertThat(options.level(LogEvent.COMMIT)).isEqualTo(Level.DEBUG);
        assertThat(options.level(LogEvent.RELEASE)).isEqualTo(Level.DEBUG);
        assertThat(options.level(LogEvent.CANCEL)).isEqualTo(Level.DEBUG);
        assertThat(options.level(LogEvent.ROLLBACK)).isEqualTo(Level.DEBUG);
        assertThat(options.level(LogEvent.FAILURE)).isEqualTo(Level.ERROR);
        assertThat(options.slowTransaction()).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.slowStatement()).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.echo()).isFalse();
        assertThat(options.echoParameters()).isFalse();
    }

    @Test
    void eachStepMustChangeOneThing() {
        LogOptions options = LogOptions.defaults();

        assertThat(options.level(LogEvent.FAILURE, Level.WARN).level(LogEvent.FAILURE))
                .isEqualTo(Level.WARN);
        assertThat(options.silent(LogEvent.FAILURE).level(LogEvent.FAILURE)).isNull();
        assertThat(options.silent(LogEvent.FAILURE).level(LogEvent.BEGIN)).isEqualTo(Level.DEBUG);
        assertThat(options.noSlowTransactions().slowTransaction()).isNull();
        assertThat(options.noSlowTransactions().slowStatement()).isNotNull();
        assertThat(options.noSlowStatements().slowStatement()).isNull();
        assertThat(options.echo(true)).isNotEqualTo(options).isEqualTo(options.echo(true));
        assertThat(options.echoParameters(true)).isNotEqualTo(options);
        assertThat(options.slowStatement(Duration.ofSeconds(2)))
                .isEqualTo(options)
                .hasSameHashCodeAs(options)
                .hasToString(options.toString());
    }

    @Test
    void aLimitOutOfItsRangeMustBeRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LogOptions.defaults().slowTransaction(Duration.ZERO))
                .withMessage("slowTransaction must be > 0, but was PT0S; noSlowTransactions() switches it off");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LogOptions.defaults().slowStatement(Duration.ofSeconds(-1)))
                .withMessage("slowStatement must be > 0, but was PT-1S; noSlowStatements() switches it off");
    }

    @Test
    @SuppressWarnings("NullAway") // what is refused
    void noLevelMustBeRefused() {
        assertThatNullPointerException()
                .isThrownBy(() -> LogOptions.defaults().level(LogEvent.BEGIN, null))
                .withMessageContaining("silent");
    }
}
