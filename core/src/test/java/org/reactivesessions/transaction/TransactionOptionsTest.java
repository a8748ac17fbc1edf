package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import org.junit.jupiter.api.Test;

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
}
