package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivesessions.dialect.TransactionAttributes;
import org.reactivesessions.transaction.TransactionOptions;

class BeginMessageTest {

    private static final TransactionOptions PLAIN =
            TransactionOptions.defaults().isolation(IsolationLevel.READ_COMMITTED);
    private static final String BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE, NOT DEFERRABLE";

    /** A definition of somebody else, in which only one thing is set. */
    private record Single(Option<?> option, Object value) implements TransactionDefinition {

        @Override
        public <T> @Nullable T getAttribute(Option<T> asked) {
            return asked.equals(option) ? asked.cast(value) : null;
        }
    }

    private static String text(TransactionDefinition definition) {
        return BeginModes.of(definition, true).text()
                + BeginMessage.text(definition.getAttribute(TransactionAttributes.SETTINGS));
    }

    @Test
    void modesMustBeSpelledOut() {
        assertThat(text(PLAIN)).isEqualTo(BEGIN);
        assertThat(text(PLAIN.isolation(IsolationLevel.SERIALIZABLE).readOnly().deferrable()))
                .isEqualTo("BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE");
    }

    @Test
    void limitsAndSettingsMustFollowInAFixedOrder() {
        assertThat(text(PLAIN.setting("app.tenant", "it's")
                        .idleTimeout(Duration.ofSeconds(45))
                        .lockTimeout(Duration.ofMillis(999))
                        .setting("search_path", "one", "two")
                        .statementTimeout(Duration.ofSeconds(3))))
                .isEqualTo(BEGIN + "; SET LOCAL statement_timeout = 5000; SET LOCAL lock_timeout = 1000"
                        + "; SET LOCAL idle_in_transaction_session_timeout = 50000"
                        + "; SET LOCAL \"app\".\"tenant\" = E'it''s'; SET LOCAL \"search_path\" = E'one', E'two'");
    }

    @Test
    void whatIsNotSetMustBeLeftToTheServer() {
        TransactionDefinition nothing = new Single(TransactionDefinition.NAME, "somebody's");
        assertThat(text(nothing)).isEqualTo("BEGIN");
        assertThat(BeginModes.of(nothing, true).isPlain()).isTrue();
        assertThat(text(new Single(TransactionDefinition.READ_ONLY, true))).isEqualTo("BEGIN READ ONLY");
        assertThat(text(new Single(Option.valueOf("deferrable"), true))).isEqualTo("BEGIN DEFERRABLE");
        assertThat(text(new Single(TransactionDefinition.LOCK_WAIT_TIMEOUT, Duration.ofSeconds(1))))
                .isEqualTo("BEGIN; SET LOCAL lock_timeout = 1000");
    }

    /** One that a role's default has armed cannot be shortened, only taken away. */
    @Test
    void aTransactionTimeoutMustBeTakenAwayBeforeItIsSet() {
        TransactionDefinition limited = new Single(TransactionAttributes.TRANSACTION_TIMEOUT, Duration.ofSeconds(7));
        assertThat(BeginModes.of(limited, true).text())
                .isEqualTo("BEGIN; SET LOCAL transaction_timeout = 0; SET LOCAL transaction_timeout = 10000");
        assertThat(BeginModes.of(limited, false).text()).isEqualTo("BEGIN");
    }

    @Test
    void limitsMustNeverCancelEachOtherOut() {
        Duration longest = Duration.ofDays(1_000);
        BeginModes modes = BeginModes.of(
                PLAIN.statementTimeout(longest).lockTimeout(longest).idleTimeout(longest), true);
        assertThat(modes.isPlain()).isFalse();
        assertThat(modes.text()).contains("statement_timeout = 2000000000");
    }

    @Test
    void aDefinitionOfSomebodyElseMustNotGetANameThrough() {
        TransactionDefinition planted = new Single(
                TransactionAttributes.SETTINGS, Map.of("a\" = ''; DROP TABLE b; SET LOCAL \"c", List.of("d")));
        assertThatIllegalArgumentException().isThrownBy(() -> text(planted)).withMessageContaining("a setting's name");
    }

    @ParameterizedTest
    @CsvSource({
        "18.6, 18",
        "17, 17",
        "19devel, 19",
        "16.4 (Debian 16.4-1), 16",
        "9.6.24, 9",
        "18beta1, 18",
        "'', 0",
        "x, 0",
        "123456, 1234"
    })
    void theMajorVersionMustBeTheDigitsAtTheBeginning(String version, int major) {
        assertThat(BeginMessage.majorVersion(version)).isEqualTo(major);
    }

    @Test
    void aTextMustBeKeptOnce() {
        BeginTexts texts = new BeginTexts(256);
        BeginModes modes = BeginModes.of(PLAIN.statementTimeout(Duration.ofSeconds(1)), true);
        IsolationLevel level = Objects.requireNonNull(texts.level(modes));

        assertThat("BEGIN ISOLATION LEVEL " + level.asSql()).isEqualTo(modes.text());
        assertThat(texts.level(BeginModes.of(PLAIN.statementTimeout(Duration.ofMillis(999)), true)))
                .isSameAs(level);
    }

    @Test
    void thereMustBeNoMoreTextsThanAllowed() {
        BeginTexts texts = new BeginTexts(3);
        List<BeginModes> modes = IntStream.range(0, 5)
                .mapToObj(decade ->
                        BeginModes.of(PLAIN.lockTimeout(Duration.ofMillis((long) Math.pow(10, decade))), true))
                .toList();

        assertThat(modes)
                .extracting(texts::level)
                .map(level -> level == null)
                .containsExactly(false, false, false, true, true);
        assertThat(texts.level(modes.get(0))).isNotNull();
        assertThat(texts.level(modes.get(4))).isNull();
    }

    @Test
    void aTextWithoutALevelMustNotBeKept() {
        TransactionDefinition limited = new Single(TransactionDefinition.LOCK_WAIT_TIMEOUT, Duration.ofSeconds(1));
        assertThat(new BeginTexts(1).level(BeginModes.of(limited, true))).isNull();
    }
}
