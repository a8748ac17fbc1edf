package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a value gets into a message. */
class ShownValueTest {

    private static final String SECRET = "hunter2";

    @Test
    void anOrdinaryValueMustBeShown() {
        assertThat(ShownValue.of("12 parsecs")).isEqualTo("\"12 parsecs\"");
        assertThat(ShownValue.plain("12 parsecs")).isEqualTo("12 parsecs");
        assertThat(ShownValue.plain(null)).isEqualTo("null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql://app:hunter2@db/app", "postgresql:/app:hunter2", "hunter2@db", "@hunter2"})
    void whatLooksLikeAnAddressMustNotBeShown(String address) {
        assertThat(ShownValue.looksLikeAddress(address)).isTrue();
        assertThat(ShownValue.of(address)).doesNotContain(SECRET).contains("which is not shown");
        assertThat(ShownValue.plain(address)).doesNotContain(SECRET).contains("not shown");
    }

    @Test
    void whatIsSeveralTextsInOneMustNotBeShown() {
        assertThat(ShownValue.of("5\u0000password\u0000hunter2"))
                .doesNotContain(SECRET)
                .contains("control characters");
        assertThat(ShownValue.looksLikeAddress("a: b")).isFalse();
    }

    @Test
    void sixtyCharactersMustBeShownAndNoMore() {
        String longest = "x".repeat(60);

        assertThat(ShownValue.of(longest)).isEqualTo('"' + longest + '"');
        assertThat(ShownValue.of(longest + "y")).isEqualTo('"' + longest + "…\"");
    }
}
