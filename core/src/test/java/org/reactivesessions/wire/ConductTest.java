package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConductTest {

    private final Conduct conduct = new Conduct();

    @Test
    void nothingMustBeReadingAndPlain() {
        assertThat(conduct.isReading()).isTrue();
        assertThat(conduct.isPlain()).isTrue();
        assertThat(conduct.isUnsettled()).isFalse();
    }

    @Test
    void readsMustStayReading() {
        conduct.sent("SELECT 1");
        conduct.sent("TABLE item");

        assertThat(conduct.isReading()).isTrue();
        assertThat(conduct.isPlain()).isTrue();
    }

    @Test
    void aWriteMustBePlainAndNotReading() {
        conduct.sent("INSERT INTO item VALUES (1)");
        conduct.sent("SELECT 1");

        assertThat(conduct.isReading()).isFalse();
        assertThat(conduct.isPlain()).isTrue();
        assertThat(conduct.isUnsettled()).isFalse();
    }

    @Test
    void anythingElseMustNotBePlain() {
        conduct.sent("LOCK TABLE item");
        conduct.sent("SELECT 1");

        assertThat(conduct.isReading()).isFalse();
        assertThat(conduct.isPlain()).isFalse();
        assertThat(conduct.isUnsettled()).isFalse();
    }

    @Test
    void whatMayChangeSettingsMustBeRemembered() {
        conduct.sent("SELECT set_config('a', 'b', false)");
        conduct.sent("SELECT 1");

        assertThat(conduct.isUnsettled()).isTrue();
        assertThat(conduct.isPlain()).isFalse();
    }

    @Test
    void anErrorMustNotBePlain() {
        conduct.sent("SELECT 1");
        conduct.failed();

        assertThat(conduct.isReading()).isTrue();
        assertThat(conduct.isPlain()).isFalse();
    }
}
