package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivesessions.dialect.TransactionAttributes;

class TransactionOptionsTest {

    private static final Option<Boolean> DEFERRABLE = Option.valueOf("deferrable");

    private final TransactionOptions defaults = TransactionOptions.defaults();

    @Test
    void theDefaultsMustLeaveTheLevelToTheServer() {
        assertThat(defaults.name()).isEqualTo("transaction");
        assertThat(defaults.getAttribute(TransactionDefinition.NAME)).isEqualTo("transaction");
        assertThat(defaults.getAttribute(TransactionDefinition.ISOLATION_LEVEL)).isNull();
        assertThat(defaults.getAttribute(TransactionDefinition.READ_ONLY)).isFalse();
        assertThat(defaults.getAttribute(DEFERRABLE)).isFalse();
        assertThat(defaults.getAttribute(TransactionDefinition.LOCK_WAIT_TIMEOUT))
                .isNull();
        assertThat(defaults).hasToString("TransactionOptions[transaction, default isolation, read-write]");
    }

    @Test
    void everyChangeMustMakeACopyWithTheRest() {
        TransactionOptions report = defaults.named("report")
                .isolation(IsolationLevel.SERIALIZABLE)
                .readOnly()
                .deferrable();

        assertThat(report.getAttribute(TransactionDefinition.NAME)).isEqualTo("report");
        assertThat(report.getAttribute(TransactionDefinition.ISOLATION_LEVEL)).isEqualTo(IsolationLevel.SERIALIZABLE);
        assertThat(report.getAttribute(TransactionDefinition.READ_ONLY)).isTrue();
        assertThat(report.getAttribute(DEFERRABLE)).isTrue();
        assertThat(report).hasToString("TransactionOptions[report, SERIALIZABLE, read-only, deferrable]");
        assertThat(defaults.name()).isEqualTo("transaction");
    }

    @Test
    void aBlankNameMustBeRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.named(" "))
                .withMessageContaining("named must not be blank");
    }

    @Test
    void aLevelOfSomebodysOwnMustBeRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.isolation(IsolationLevel.valueOf("SERIALIZABLE; COMMIT")))
                .withMessage("isolation must be one of the four levels of IsolationLevel, but was \"SERIALIZABLE;"
                        + " COMMIT\"");
    }

    @Test
    void deferrableMustStandWithSerializableAndReadOnly() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.deferrable().requireConsistent())
                .withMessage("deferrable() has an effect only together with isolation(SERIALIZABLE) and readOnly(), but"
                        + " isolation was the server's default and the access mode read-write");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.isolation(IsolationLevel.REPEATABLE_READ)
                        .readOnly()
                        .deferrable()
                        .requireConsistent())
                .withMessageContaining("isolation was REPEATABLE READ and the access mode read-only");
        TransactionOptions consistent =
                defaults.isolation(IsolationLevel.SERIALIZABLE).readOnly().deferrable();
        assertThat(consistent.requireConsistent()).isSameAs(consistent);
        assertThat(defaults.requireConsistent()).isSameAs(defaults);
    }

    @Test
    void theServersLevelMustFillInWhereNoneWasGiven() {
        assertThat(defaults.readOnly().withDefaultIsolation(IsolationLevel.READ_COMMITTED))
                .hasToString("TransactionOptions[transaction, READ COMMITTED, read-only]");
        TransactionOptions own = defaults.isolation(IsolationLevel.SERIALIZABLE);
        assertThat(own.withDefaultIsolation(IsolationLevel.READ_COMMITTED)).isSameAs(own);
    }

    @Test
    void aSpelledOutCopyMustBeMadeOncePerLevel() {
        TransactionOptions readCommitted = defaults.readOnly();
        TransactionOptions first = readCommitted.withDefaultIsolation(IsolationLevel.READ_COMMITTED);
        assertThat(readCommitted.withDefaultIsolation(IsolationLevel.READ_COMMITTED))
                .isSameAs(first);
        assertThat(readCommitted
                        .withDefaultIsolation(IsolationLevel.SERIALIZABLE)
                        .getAttribute(TransactionDefinition.ISOLATION_LEVEL))
                .isEqualTo(IsolationLevel.SERIALIZABLE);
        assertThat(first.getAttribute(TransactionDefinition.ISOLATION_LEVEL)).isEqualTo(IsolationLevel.READ_COMMITTED);
    }

    @Test
    void limitsMustTravelAsAttributes() {
        TransactionOptions limited = defaults.statementTimeout(Duration.ofSeconds(5))
                .lockTimeout(Duration.ofMillis(200))
                .idleTimeout(Duration.ofMinutes(1));

        assertThat(limited.getAttribute(TransactionAttributes.STATEMENT_TIMEOUT))
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(limited.getAttribute(TransactionDefinition.LOCK_WAIT_TIMEOUT))
                .isEqualTo(Duration.ofMillis(200));
        assertThat(limited.getAttribute(TransactionAttributes.IDLE_TIMEOUT)).isEqualTo(Duration.ofMinutes(1));
        assertThat(limited.getAttribute(TransactionAttributes.TRANSACTION_TIMEOUT))
                .isNull();
        assertThat(limited)
                .hasToString("TransactionOptions[transaction, default isolation, read-write, statementTimeout PT5S,"
                        + " lockTimeout PT0.2S, idleTimeout PT1M]");
    }

    @Test
    void aLimitMustBeMoreThanZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.statementTimeout(Duration.ZERO))
                .withMessage("statementTimeout must be > 0, but was PT0S; leave it out for no limit of the"
                        + " transaction's own");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.lockTimeout(Duration.ofMillis(-1)))
                .withMessageContaining("lockTimeout must be > 0, but was PT-0.001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.idleTimeout(Duration.ZERO))
                .withMessageContaining("idleTimeout must be > 0");
        assertThat(defaults.lockTimeout(Duration.ofNanos(1)).getAttribute(TransactionDefinition.LOCK_WAIT_TIMEOUT))
                .isEqualTo(Duration.ofNanos(1));
    }

    @Test
    void settingsMustKeepTheirOrderAndTheLastValueOfAName() {
        TransactionOptions set = defaults.setting("app.tenant", "first")
                .setting("search_path", "one", "two")
                .setting("APP.Tenant", "second");

        assertThat(set.getAttribute(TransactionAttributes.SETTINGS))
                .containsExactly(entry("app.tenant", List.of("second")), entry("search_path", List.of("one", "two")));
        assertThat(defaults.getAttribute(TransactionAttributes.SETTINGS)).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.setting(" ", "value"))
                .withMessageContaining("setting must have a name");
    }

    @Test
    void noTextMustShowTheValueOfASetting() {
        assertThat(defaults.setting("app.tenant", "secret").toString())
                .isEqualTo("TransactionOptions[transaction, default isolation, read-write, setting app.tenant]");
    }
}
