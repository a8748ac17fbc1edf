package org.reactivesessions.sample;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The testkit works without the rest of Reactive Sessions. */
class AloneTest {

    @Test
    void reactiveSessionsMustNotBeOnTheClassPath() {
        assertThatThrownBy(() -> Class.forName("org.reactivesessions.ReactiveSessions"))
                .isInstanceOf(ClassNotFoundException.class);
        assertThatThrownBy(() -> Class.forName("org.testcontainers.DockerClientFactory"))
                .isInstanceOf(ClassNotFoundException.class);
    }
}
