package org.reactivesessions.orders.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A time is usual when it has been the same for three rounds. */
class UsualTimeTest {

    @Test
    void aServiceThatWarmsUpMustNotBeSteady() {
        assertThat(UsualTime.isSteady(List.of())).isFalse();
        assertThat(UsualTime.isSteady(List.of(100L, 100L))).isFalse();
        assertThat(UsualTime.isSteady(List.of(200L, 100L, 95L))).isFalse();
        assertThat(UsualTime.isSteady(List.of(100L, 100L, 89L))).isFalse();
        assertThat(UsualTime.isSteady(List.of(100L, 100L, 111L))).isFalse();
    }

    @Test
    void threeWithinATenthMustBeSteady() {
        assertThat(UsualTime.isSteady(List.of(300L, 100L, 95L, 104L))).isTrue();
    }
}
