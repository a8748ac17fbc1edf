package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.LogEvent;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.observation.SessionFigures;
import org.reactivesessions.observation.WaitsFor;
import org.reactivesessions.observation.WatchOptions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import reactor.core.publisher.Mono;

/** The samples of the page "Seeing what goes on". */
@ExtendWith(PostgresExtension.class)
class ObservingIT {

    private static final org.slf4j.Logger log = LoggerFactory.getLogger(ObservingIT.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void whoIsUnderWayMustBeSeenAndWatched(TestDatabase database) {
        String databaseUrl = database.url();
        // spotless:off
        // tag::watch[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .url(databaseUrl)
            .watch(WatchOptions.defaults()
                .warnAfter(LifePhase.ACTIVE, Duration.ofSeconds(5))
                .stacks(0.01)) // of one in a hundred; in tests WatchOptions.testing(), of all
            .build();
        // end::watch[]
        // spotless:on
        sessions.withTransaction(session ->
                        session.sql("SELECT 1").execute().then(Mono.fromRunnable(() -> lookFromInside(sessions))))
                .block(PATIENCE);
        sessions.close().block(PATIENCE);
    }

    @Test
    void whoGetsNowhereMustBeEndedAndAllBeCounted(TestDatabase database) {
        String databaseUrl = database.url();
        // spotless:off
        // tag::end[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .url(databaseUrl)
            .watch(WatchOptions.defaults()
                .endAfter(LifePhase.ACTIVE, Duration.ofMinutes(5)))
            .build();
        // end::end[]
        // spotless:on
        sessions.withTransaction(session -> session.sql("SELECT 1").execute()).block(PATIENCE);
        // spotless:off
        // tag::statistics[]
        SessionFigures lately = sessions.statistics().sinceLastCall();
        log.info("{} transactions, {} of them rolled back, at most {} at once, {} us for a connection; {}",
            lately.opened(), lately.rolledBack(), lately.peakConcurrent(),
            lately.meanWait().toNanos() / 1_000, lately.connections());
        // end::statistics[]
        // spotless:on
        assertThat(lately.opened()).isEqualTo(1).isEqualTo(lately.committed());
        sessions.close().block(PATIENCE);
    }

    @Test
    void levelsAndLimitsMustBeSet(TestDatabase database) {
        String databaseUrl = database.url();
        // spotless:off
        // tag::logs[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .url(databaseUrl)
            .logs(LogOptions.defaults()
                .level(LogEvent.FAILURE, Level.WARN)
                .silent(LogEvent.RELEASE)
                .slowTransaction(Duration.ofMillis(500))
                .slowStatement(Duration.ofMillis(200)))
            .build();
        // end::logs[]
        // spotless:on
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger transaction = (Logger) LoggerFactory.getLogger("org.reactivesessions.transaction");
        transaction.addAppender(lines);
        try {
            sessions.withTransaction(session -> session.sql("SELECT 1 / 0").execute())
                    .onErrorComplete()
                    .block(PATIENCE);
        } finally {
            transaction.detachAppender(lines);
        }
        sessions.close().block(PATIENCE);

        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).hasToString("WARN");
            assertThat(line.getFormattedMessage()).contains("SQLSTATE 22012");
        });
    }

    private static void lookFromInside(ReactiveSessions sessions) {
        // spotless:off
        // tag::longest[]
        Optional<ActiveSession> longest = sessions.activeSessions().stream()
            .max(Comparator.comparing(ActiveSession::age));
        longest.ifPresent(session -> log.info(
            "{} is {} for {} ms and waits for {}; pid {}, last: {}",
            session.name(), session.phase(), session.inPhase().toMillis(),
            session.waitsFor(), session.backend(), session.lastStatement()));
        // end::longest[]
        // spotless:on
        assertThat(longest).hasValueSatisfying(session -> {
            assertThat(session.waitsFor()).isEqualTo(WaitsFor.FUNCTION);
            assertThat(session.lastStatement()).isEqualTo("SELECT 1");
            assertThat(session.backend()).isPositive();
        });
    }
}
