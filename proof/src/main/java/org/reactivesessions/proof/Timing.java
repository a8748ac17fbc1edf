package org.reactivesessions.proof;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.reactivesessions.proof.contestant.Limits;
import org.reactivesessions.proof.journal.Entry;
import org.reactivesessions.proof.journal.Journals;
import org.reactivesessions.proof.journal.Told;
import org.reactivesessions.proof.oracle.Check;

/** How long operations took, and how often each was begun. Stateless. */
final class Timing {

    private static final double MOST_ATTEMPTS = 1.2;
    private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(10);

    private Timing() {}

    /** @param slack by how much a limit may be missed */
    static Check deadlines(Path directory, Duration slack) throws IOException {
        Check check = new Check(
                "h",
                "nobody was told anything later than his limit and " + slack.toMillis() + " ms (limit "
                        + Limits.WHOLE.toMillis() + " ms; of COMMIT " + Limits.COMMIT.toMillis() + " ms; in doubt "
                        + Limits.DOUBT.toSeconds() + " s)");
        long plain = micros(Limits.WHOLE.plus(Limits.COMMIT).plus(slack));
        long doubted = plain + micros(Limits.DOUBT);
        for (Entry entry : Journals.in(directory).entries()) {
            if (entry.told() != Told.LEFT && entry.told() != Told.OPEN) {
                check.require(
                        entry.micros() <= (entry.isDoubted() ? doubted : plain),
                        entry.micros() / 1_000 + " ms: " + entry);
            }
        }
        return check;
    }

    /** @param recoveryMillis the longest time from the end of an outage to the next success */
    static Check amplification(Path directory, long recoveryMillis) throws IOException {
        Check check = new Check(
                "k",
                "at most " + MOST_ATTEMPTS + " attempts for an operation, and a success within "
                        + LONGEST_RECOVERY.toSeconds() + " s after an outage");
        long operations = 0;
        long attempts = 0;
        for (Entry entry : Journals.in(directory).entries()) {
            if (entry.attempts() > 0) {
                operations++;
                attempts += entry.attempts();
            }
        }
        check.require(attempts <= MOST_ATTEMPTS * operations, attempts + " attempts for " + operations + " operations");
        check.require(
                recoveryMillis <= LONGEST_RECOVERY.toMillis(), recoveryMillis + " ms until somebody succeeded again");
        return check;
    }

    private static long micros(Duration time) {
        return TimeUnit.NANOSECONDS.toMicros(time.toNanos());
    }
}
