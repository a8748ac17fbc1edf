package org.reactivesessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.observation.ConnectionEnd;
import org.reactivesessions.observation.SessionFigures;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What is counted is counted without Micrometer, which is nowhere here. */
class WithoutMicrometerTest {

    @RegisterExtension
    final Sessions sessions = new Sessions();

    @Test
    void statisticsMustNeedNoMicrometer() {
        assertThatExceptionOfType(ClassNotFoundException.class)
                .isThrownBy(() -> Class.forName("io.micrometer.core.instrument.MeterRegistry"));
        sessions.open()
                .withTransaction(session -> session.sql("SELECT").execute())
                .as(StepVerifier::create)
                .verifyComplete();
        sessions.open()
                .withTransaction(session -> Mono.error(new IllegalStateException("no")))
                .as(StepVerifier::create)
                .verifyError();

        SessionFigures figures = sessions.open().statistics().sinceStart();
        assertThat(figures)
                .returns(2L, SessionFigures::opened)
                .returns(1L, SessionFigures::committed)
                .returns(1L, SessionFigures::rolledBack);
        assertThat(figures.connections().opened()).isEqualTo(1);
        assertThat(figures.connections().closed(ConnectionEnd.CLOSED)).isZero();
    }
}
