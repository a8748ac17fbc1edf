package org.reactivesessions.postgres.doubt;

import java.time.Duration;
import java.util.UUID;
import org.reactivesessions.postgres.PostgresDialect;

/** The planted errors, and what is none. Immutable. */
enum Planted {
    NOTHING("the library"),
    NO_FENCE("resolver that only looks for the marker"),
    NO_FENCE_NO_EXPIRY("the same, and markers that do not expire"),
    NO_EXPIRY("control: markers that do not expire"),
    LOST_IS_ROLLED_BACK("resolver that takes a lost COMMIT for rolled back");

    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final String text;

    Planted(String text) {
        this.text = text;
    }

    /** Whether a run has to find something. */
    boolean isWrong() {
        return this != NOTHING && this != NO_EXPIRY;
    }

    /** A dialect with this error. */
    PlantedDialect dialect() {
        return new PlantedDialect(new PostgresDialect(), this);
    }

    Duration within(Duration sound) {
        return this == NO_EXPIRY || this == NO_FENCE_NO_EXPIRY ? FOR_EVER : sound;
    }

    String resolution(UUID token, String sound) {
        return switch (this) {
            case NOTHING, NO_EXPIRY -> sound;
            case NO_FENCE, NO_FENCE_NO_EXPIRY ->
                "SELECT EXISTS (SELECT FROM reactive_sessions.commit_marker WHERE token = '" + token + "')";
            case LOST_IS_ROLLED_BACK -> "SELECT false";
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
