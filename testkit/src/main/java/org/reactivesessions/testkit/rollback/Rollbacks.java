package org.reactivesessions.testkit.rollback;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/**
 * What whoever makes a parameter for {@link RollbackAfterEach} needs to know. Stateless.
 *
 * @since 0.1.0
 */
public final class Rollbacks {

    /** Longer than it takes, whatever the database does. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Rollbacks() {}

    /**
     * What the annotation says.
     *
     * @param test context of a test
     * @return how its transaction is, {@code null} if no class around it has the annotation
     */
    public static @Nullable RollbackOptions optionsOf(ExtensionContext test) {
        return RollbackExtension.options(test);
    }

    /**
     * Waits on the thread of the test, which may have been interrupted by its time limit: the interrupt is kept for later.
     *
     * @param work what is waited for
     * @param <T> the type of its value
     * @return the value, {@code null} for none
     * @throws AssertionError if the work signals one, as it is; other errors likewise
     */
    public static <T> @Nullable T await(Mono<T> work) {
        boolean interrupted = Thread.interrupted();
        try {
            return work.block(PATIENCE);
        } catch (RuntimeException wrapped) {
            Throwable error = Exceptions.unwrap(wrapped);
            if (error instanceof AssertionError violated) {
                throw violated;
            }
            throw wrapped;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
