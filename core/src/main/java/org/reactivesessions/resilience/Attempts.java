package org.reactivesessions.resilience;

import static java.util.Objects.requireNonNull;

import io.github.resilience4j.retry.Retry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The further attempts of one scope, made after the first has failed. Not thread-safe: one attempt comes after another.
 *
 * @since 0.1
 */
public final class Attempts {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.pool");

    private final AcquisitionPolicy policy;
    private final String session;
    private final Retry.@Nullable AsyncContext<Object> context;
    private int made = 1;

    Attempts(AcquisitionPolicy policy, String session, @Nullable Retry retry) {
        this.policy = policy;
        this.session = session;
        this.context = retry == null ? null : retry.asyncContext();
    }

    /**
     * Decides whether to try again.
     *
     * @param error why the last attempt failed
     * @param left how much time there is
     * @return how long to wait first, or {@code null} to give up
     */
    public @Nullable Duration next(Throwable error, Duration left) {
        if (context == null || !AcquisitionPolicy.isAway(error)) {
            return null;
        }
        long millis = pause(error);
        if (millis < 0 || millis >= left.toMillis() || !policy.mayRetry()) {
            return null;
        }
        made++;
        Duration wait = Duration.ofMillis(millis);
        policy.retrying(session, made, wait, error);
        return wait;
    }

    /**
     * Returns how many attempts were begun.
     *
     * @return at least 1
     */
    public int made() {
        return made;
    }

    /** What an application configures may throw, and must cost no more than the retry. */
    private long pause(Throwable error) {
        try {
            return requireNonNull(context).onError(error);
        } catch (Throwable thrown) {
            log.error("{}: the settings of the retry failed; it is not tried again", session, thrown);
            return -1;
        }
    }

    /** The last attempt has succeeded. */
    public void succeeded() {
        try {
            if (context != null) {
                context.onComplete();
            }
        } catch (Throwable thrown) {
            log.error("{}: a listener of the retry failed", session, thrown);
        }
    }
}
