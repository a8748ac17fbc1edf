package org.reactivesessions.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcRollbackException;
import org.junit.jupiter.api.Test;

class ErrorNamesTest {

    @Test
    void aSqlStateMustComeFirst() {
        R2dbcRollbackException conflict = new R2dbcRollbackException("secret", "40001");
        assertThat(ErrorNames.full(conflict)).isEqualTo("40001");
        assertThat(ErrorNames.brief(conflict)).isEqualTo("40");
        assertThat(ErrorNames.sqlState(conflict)).isEqualTo("40001");
    }

    @Test
    void whatIsNoSqlStateMustNotBeTakenForOne() {
        for (String state : new String[] {null, "", "4000", "4000 ", "secret", "abcde"}) {
            R2dbcRollbackException conflict = new R2dbcRollbackException("secret", state);
            assertThat(ErrorNames.full(conflict)).isEqualTo("R2dbcRollbackException");
            assertThat(ErrorNames.brief(conflict)).isEqualTo("R2dbcRollbackException");
        }
    }

    @Test
    void anAnonymousClassMustBeCalledAsWhatItExtends() {
        assertThat(ErrorNames.full(new IllegalStateException("secret") {
                    private static final long serialVersionUID = 1L;
                }))
                .isEqualTo("IllegalStateException");
        assertThat(ErrorNames.full(null)).isEqualTo("none");
    }
}
