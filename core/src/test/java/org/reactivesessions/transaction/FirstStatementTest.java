package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FirstStatementTest {

    private static final String CLOCK = "SELECT transaction_timestamp()";

    private final FirstStatement first = new FirstStatement(CLOCK);

    @Test
    void onePlainStatementMayFollow() {
        assertThat(first.test("INSERT INTO item VALUES (1)")).isTrue();
        assertThat(first.test("INSERT INTO item VALUES (2)")).isFalse();
        assertThat(first.test("SELECT 1")).isFalse();
    }

    @Test
    void nothingMayFollowBehindOneThatMayNot() {
        assertThat(first.test("LOCK TABLE item")).isFalse();
        assertThat(first.test("SELECT 1")).isFalse();
    }

    @Test
    void whatChangesSettingsMayNot() {
        assertThat(first.test("SELECT set_config('a', 'b', false)")).isFalse();
    }

    @Test
    void theClockMustNotCount() {
        assertThat(first.test(CLOCK)).isTrue();
        assertThat(first.test("SELECT 1")).isTrue();
        assertThat(first.test(CLOCK)).isTrue();
        assertThat(first.test("SELECT 2")).isFalse();
    }
}
