package org.reactivesessions.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.reactivesessions.Session;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** When a transaction began, by the clock of the database. */
interface TimeCases {

    private static Mono<Long> stamp(Session session, int id) {
        return session.sql("INSERT INTO stamped (id) VALUES ($1)", id).rowsUpdated();
    }

    private static List<Instant> stamps(Stage stage) {
        return Objects.requireNonNull(stage.sessions()
                .withSessionMany(session -> session.sql("SELECT at FROM stamped ORDER BY id")
                        .all(row -> Objects.requireNonNull(row.get(0, OffsetDateTime.class))
                                .toInstant()))
                .collectList()
                .block(Stage.PATIENCE));
    }

    @Test
    default void startedAtMustBeTheTimestampOfEveryRowInAnyZone(Stage stage) {
        TimeZone zone = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
            stage.run("DROP TABLE IF EXISTS stamped");
            stage.run("CREATE TABLE stamped (id INT, at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP)");

            List<Instant> started = Objects.requireNonNull(stage.block(session -> stamp(session, 1)
                    .thenMany(Flux.concat(
                            session.startedAt(),
                            session.nested(inner -> stamp(inner, 2).then(inner.startedAt())),
                            stamp(session, 3).then(session.startedAt())))
                    .collectList()));

            assertThat(started).hasSize(3).containsOnly(started.get(0));
            assertThat(stamps(stage)).hasSize(3).containsOnly(started.get(0));
        } finally {
            TimeZone.setDefault(zone);
            stage.run("DROP TABLE IF EXISTS stamped");
        }
    }

    @Test
    default void startedAtMustBeReadableAfterTheEndIfItWasReadInside(Stage stage) {
        Session read = Objects.requireNonNull(
                stage.<Session>block(session -> session.startedAt().thenReturn(session)));
        Session unread = Objects.requireNonNull(stage.<Session>block(Mono::just));

        StepVerifier.create(read.startedAt()).expectNextCount(1).verifyComplete();
        StepVerifier.create(unread.startedAt())
                .verifyErrorMessage("startedAt() is known after the end of a transaction only if it was read inside;"
                        + " read it there once.");
    }
}
