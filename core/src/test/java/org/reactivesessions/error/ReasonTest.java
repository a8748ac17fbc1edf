package org.reactivesessions.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ReasonTest {

    /** An error that is its own cause, as some libraries make them. */
    private static final class Circular extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Circular() {
            super("round and round");
        }

        @Override
        public synchronized Throwable getCause() {
            return this;
        }
    }

    @Test
    void theDeepestCauseMustBeTold() {
        Throwable error =
                new IllegalStateException("no connection", new RuntimeException("x", new IOException("refused")));

        assertThat(Reason.of(error)).isEqualTo("no connection: refused");
    }

    @Test
    void whatWasSaidAlreadyMustNotBeRepeated() {
        assertThat(Reason.of(new IllegalStateException("it was refused", new IOException("refused"))))
                .isEqualTo("it was refused");
        assertThat(Reason.of(new IllegalStateException("alone"))).isEqualTo("alone");
    }

    @Test
    void whoSaysNothingMustBeNamed() {
        assertThat(Reason.of(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
        assertThat(Reason.of(new IllegalStateException(" "))).isEqualTo("java.lang.IllegalStateException");
    }

    @Test
    void anErrorThatIsItsOwnCauseMustHaveAnEnd() {
        assertThat(Reason.of(new Circular())).isEqualTo("round and round");
    }
}
