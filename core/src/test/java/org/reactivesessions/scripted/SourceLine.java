package org.reactivesessions.scripted;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The line of a test on which it is made, to be made on the line that is to be found in a stack. Immutable.
 *
 * @param line class and number
 */
public record SourceLine(StackTraceElement line) {

    /** The caller's. */
    public static SourceLine here() {
        return new SourceLine(new Throwable().getStackTrace()[1]);
    }

    /** Expects this very line in the stack of an error. */
    public void mustBeIn(@Nullable Throwable stack) {
        assertThat(Objects.requireNonNull(stack, "there is no stack").getStackTrace())
                .anySatisfy(frame -> assertThat(frame.getClassName() + ":" + frame.getLineNumber())
                        .isEqualTo(line.getClassName() + ":" + line.getLineNumber()));
    }
}
