package org.reactivesessions.orders;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set of the service, beside its database. Immutable.
 *
 * @param verified whether a transfer whose COMMIT was not answered is looked up, for which tables are made at the start
 * @param chaos who may break things
 * @param load the clients that the page can start
 */
@ConfigurationProperties("orders")
public record OrdersProperties(
        @DefaultValue("true") boolean verified,
        @DefaultValue Chaos chaos,
        @DefaultValue Load load) {

    /**
     * Who may break things.
     *
     * @param anywhere whether also clients of other machines may, where the service listens for them
     * @param hold for how long commits are held back, from 1 ms to 1 min
     */
    public record Chaos(
            @DefaultValue("false") boolean anywhere,
            @DefaultValue("3s") Duration hold) {

        private static final Duration LONGEST_HOLD = Duration.ofMinutes(1);

        /** Creates the settings. */
        public Chaos {
            if (hold.toMillis() < 1 || hold.compareTo(LONGEST_HOLD) > 0) {
                throw new IllegalArgumentException("orders.chaos.hold must be from 1ms to 1m, but was " + hold);
            }
        }
    }

    /**
     * The clients that the page can start.
     *
     * @param clients how many there are, from 1 to 1000
     * @param pause how long each waits after an answer, at most 10 s
     * @param leaving one in so many requests is left before it is answered, at least 2
     */
    public record Load(
            @DefaultValue("16") int clients,
            @DefaultValue("30ms") Duration pause,
            @DefaultValue("10") int leaving) {

        private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

        /** Creates the settings. */
        public Load {
            if (clients < 1 || clients > 1_000) {
                throw new IllegalArgumentException("orders.load.clients must be from 1 to 1000, but was " + clients);
            }
            if (pause.isNegative() || pause.compareTo(LONGEST_PAUSE) > 0) {
                throw new IllegalArgumentException("orders.load.pause must be from 0 to 10s, but was " + pause);
            }
            if (leaving < 2) {
                throw new IllegalArgumentException("orders.load.leaving must be >= 2, but was " + leaving);
            }
        }
    }
}
