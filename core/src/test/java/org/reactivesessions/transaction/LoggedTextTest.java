package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.Test;
import org.reactivesessions.scripted.Logs;
import org.slf4j.LoggerFactory;

/** What of a statement gets into a log. */
class LoggedTextTest {

    @Test
    void aThousandCharactersMustBeShownAndNoMore() {
        String longest = "x".repeat(1_000);

        assertThat(LoggedText.shortened(longest)).isEqualTo(longest);
        assertThat(LoggedText.shortened(longest + "yz")).isEqualTo(longest + "… (2 more characters)");
    }

    @Test
    void aPasswordMustNotBeShown() {
        String sql = "ALTER ROLE app PASSWORD 'se''cret' VALID UNTIL 'infinity'";

        assertThat(LoggedText.whole(sql)).isEqualTo("ALTER ROLE app PASSWORD '***' VALID UNTIL 'infinity'");
        assertThat(LoggedText.shortened(sql)).doesNotContain("cret");
        assertThat(LoggedText.whole("SELECT 'x'")).isEqualTo("SELECT 'x'");
    }

    @Test
    void valuesMustBeShownOnlyIfThatWasAskedForAndSomebodyReads() {
        Logger sql = (Logger) LoggerFactory.getLogger("org.reactivesessions.sql");
        Level before = sql.getLevel();
        try (Logs logs = Logs.listen()) {
            assertThat(new SqlLog(false, true).showsValues()).isTrue();
            assertThat(new SqlLog(false, false).showsValues()).isFalse();
            sql.setLevel(Level.INFO);
            assertThat(new SqlLog(false, true).showsValues()).as("at DEBUG").isFalse();
            assertThat(new SqlLog(true, true).showsValues()).as("at INFO").isTrue();
            assertThat(logs.lines()).isEmpty();
        } finally {
            sql.setLevel(before);
        }
    }
}
