package org.reactivesessions.testkit.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamePatternTest {

    @ParameterizedTest
    @CsvSource({
        "..config.., com.example.config.Database, true",
        "..config.., com.example.config.more.Database, true",
        "..config.., config.Database, true",
        "..config.., com.example.configs.Database, false",
        "..config.., com.example.Config, false",
        "com.example.., com.example.Orders, true",
        "com.example.., com.example.a.b.Orders, true",
        "com.example.., com.examples.Orders, false",
        "com.example, com.example.Orders, true",
        "com.example, com.example.a.Orders, false",
        "com.example.Orders, com.example.Orders, true",
        "com.example.Orders, com.example.Orders$Line, true",
        "com.example.Orders, com.example.Orders2, false",
        "com.example.Orders$Line, com.example.Orders$Line, true",
        "com.example.Orders$Line, com.example.Orders, false",
        "com..data, com.example.more.data.Orders, true",
        "com..data, com.data.Orders, true",
        "com..data, com.example.mydata.Orders, false",
        "Unnamed, Unnamed, true"
    })
    void aPatternMustMeanTheseNames(String pattern, String name, boolean meant) {
        assertThat(new NamePattern(pattern).matches(name)).isEqualTo(meant);
        assertThat(new NamePattern(pattern)).hasToString(pattern);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "com.example.*", "com.example.", ".config", "com...example", "a b", "a/b"})
    void whatIsNoNameMustBeRefused(String text) {
        assertThatThrownBy(() -> new NamePattern(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but was \"" + text + "\"");
    }

    @Test
    void aNameMustNotBeTakenForAnExpression() {
        assertThat(new NamePattern("com.example.Orders").matches("com-example.Orders"))
                .isFalse();
    }
}
