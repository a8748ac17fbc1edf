package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.net.ConnectException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.LifePhase;

/** What several answers are taken for, in either order. */
class HostAnswersTest {

    private static final Endpoint FIRST = new Endpoint("db1", 5432);
    private static final Endpoint SECOND = new Endpoint("db2", 5432);

    /** What one host has answered. */
    private interface Said {
        void by(Endpoint host, HostAnswers answers);
    }

    private static Said failed(Throwable error) {
        return (host, answers) -> answers.failed(host, error, true);
    }

    private static Said failed(String state) {
        return failed(DriverErrors.of(state, "FATAL", null));
    }

    private static final Said STANDBY = (host, answers) -> answers.standby(host);
    private static final Said SILENT = (host, answers) -> answers.silent(host, Duration.ofSeconds(1));
    private static final Said DOWN = failed(new ConnectException("Connection refused"));
    private static final Said FULL = failed("53300");
    private static final Said FULL_STANDBY =
            (host, answers) -> answers.failed(host, DriverErrors.of("53300", "FATAL", null), false);
    private static final Said WRONG_PASSWORD = failed("28P01");
    private static final Said NO_SUCH_DATABASE = failed("3D000");
    private static final Said NOT_IN_HBA = failed("28000");
    private static final Said NOT_TRUSTED = failed(new ServerNotTrustedException("its certificate"));
    private static final Said STRANGE = failed(new IllegalStateException("strange"));

    private static R2dbcException error(Said first, Said second) {
        HostAnswers answers = new HostAnswers();
        first.by(FIRST, answers);
        second.by(SECOND, answers);
        return answers.toError();
    }

    /** Whoever is asked first. */
    private static void mustBe(Class<? extends R2dbcException> type, @Nullable String state, Said one, Said other) {
        for (R2dbcException error : new R2dbcException[] {error(one, other), error(other, one)}) {
            assertThat(error).isExactlyInstanceOf(type).hasMessageContainingAll("db1:5432", "db2:5432");
            assertThat(error.getSqlState()).isEqualTo(state);
        }
    }

    private static void mustBeAnOutage(Said one, Said other) {
        mustBe(R2dbcTransientResourceException.class, "08001", one, other);
    }

    /** Trying again heals nothing, and locks accounts. */
    @Test
    void aWrongPasswordOrDatabaseMustBeSaidWhateverTheOthersDo() {
        for (Said other : new Said[] {DOWN, SILENT, FULL, STANDBY, NOT_IN_HBA, NOT_TRUSTED, STRANGE}) {
            mustBe(R2dbcPermissionDeniedException.class, "28P01", WRONG_PASSWORD, other);
            mustBe(R2dbcPermissionDeniedException.class, "3D000", NO_SUCH_DATABASE, other);
        }
    }

    /** The one that is wanted may be there again soon. */
    @Test
    void aHostThatLetsNobodyInMustNotHideThatTheOtherIsAway() {
        for (Said away : new Said[] {DOWN, SILENT}) {
            mustBeAnOutage(NOT_IN_HBA, away);
            mustBeAnOutage(NOT_TRUSTED, away);
            mustBeAnOutage(STRANGE, away);
            mustBeAnOutage(STANDBY, away);
        }
    }

    /** Nothing but a failover would help, if anything. */
    @Test
    void aHostThatLetsNobodyInMustBeSaidIfTheOtherIsAStandby() {
        mustBe(R2dbcPermissionDeniedException.class, "28000", NOT_IN_HBA, STANDBY);
        mustBe(R2dbcPermissionDeniedException.class, "28000", NOT_IN_HBA, NOT_TRUSTED);
        mustBe(ServerNotTrustedException.class, null, NOT_TRUSTED, STANDBY);
    }

    @Test
    void hostsThatAreNotTrustedMustBeARefusalAndNotTriedAgain() {
        mustBe(ServerNotTrustedException.class, null, NOT_TRUSTED, NOT_TRUSTED);
        assertThat(new PostgresDialect().classify(LifePhase.ACQUIRING, error(NOT_TRUSTED, NOT_TRUSTED)))
                .isEqualTo(FailureClass.REFUSAL);
    }

    @Test
    void standbysAloneMustBeAnOutageUntilThereIsAFailover() {
        mustBeAnOutage(STANDBY, STANDBY);
        mustBeAnOutage(STANDBY, STRANGE);
    }

    /** The connections that are open lead to where somebody answers, so they are kept, and whoever waits gets one of them. */
    @Test
    void aHostWithoutRoomMustBeSaidToHaveNone() {
        for (Said other : new Said[] {DOWN, SILENT, STANDBY, NOT_IN_HBA, NOT_TRUSTED, STRANGE}) {
            mustBe(R2dbcTransientResourceException.class, "53300", FULL, other);
        }
    }

    /** It would not do if it had room. */
    @Test
    void aStandbyWithoutRoomMustNotHideThatThePrimaryIsAway() {
        mustBeAnOutage(FULL_STANDBY, DOWN);
        mustBeAnOutage(FULL_STANDBY, SILENT);
        mustBeAnOutage(FULL_STANDBY, STANDBY);
        mustBe(R2dbcPermissionDeniedException.class, "28000", FULL_STANDBY, NOT_IN_HBA);
    }

    @Test
    void whatNobodyUnderstandsMustBeNoOutage() {
        mustBe(R2dbcNonTransientResourceException.class, null, STRANGE, STRANGE);
        mustBe(R2dbcNonTransientResourceException.class, null, STRANGE, NOT_IN_HBA);
    }

    @Test
    void onlyWhoDoesNotAnswerMayBeLeftAlone() {
        HostAnswers answers = new HostAnswers();
        assertThat(answers.failed(FIRST, new ConnectException("refused"), true)).isTrue();
        assertThat(answers.failed(FIRST, DriverErrors.of("53300", "FATAL", null), true))
                .isFalse();
        assertThat(answers.failed(FIRST, DriverErrors.of("28P01", "FATAL", null), true))
                .isFalse();
        assertThat(answers.failed(FIRST, new IllegalStateException("strange"), true))
                .isFalse();
    }
}
