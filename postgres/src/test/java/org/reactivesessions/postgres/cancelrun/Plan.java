package org.reactivesessions.postgres.cancelrun;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction does and when it is cancelled; the same for the same seed and number. Immutable.
 *
 * @param aim from which step on the time to the cancel counts, or {@code null} for its subscription
 * @param cancelAfterNanos when it is cancelled; negative for never
 * @param fails whether its function fails by itself after the first insert
 * @param streams whether it is a stream instead of a single value
 * @param takesOne whether it is a stream that is cancelled by its first element
 * @param course how its function goes from the first row to the second
 * @param first how the first row is inserted
 * @param second how the second row is inserted
 * @param patienceNanos how long a {@link Course#GLANCE} waits
 */
record Plan(
        @Nullable Step aim,
        long cancelAfterNanos,
        boolean fails,
        boolean streams,
        boolean takesOne,
        Course course,
        Form first,
        Form second,
        long patienceNanos) {

    /** How a statement is made. */
    enum Form {
        PARAMETERISED,
        PLAIN,
        RETURNING,
        PARAMETERISED_ON_CONNECTION,
        PLAIN_ON_CONNECTION
    }

    /** How the two rows follow each other. */
    enum Course {
        STRAIGHT,
        /** Goes on with another scheduler between the two inserts. */
        HOP,
        /** Starts a query between the two inserts and gives it up when it takes too long. */
        GLANCE,
        /** Inserts both rows by one statement with two bindings. */
        BATCH
    }

    private static final double CANCELLED = 0.8;
    private static final long LATEST_CANCEL_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
    private static final long LATEST_AIMED_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long MOST_PATIENCE_NANOS = TimeUnit.MICROSECONDS.toNanos(400);
    private static final int ONE_IN_FAILS = 5;
    private static final int ONE_IN_STREAMS = 4;
    private static final int ONE_IN_TAKES_ONE = 8;
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final Form[] FORMS = Form.values();

    /** A transaction that is neither cancelled nor fails. */
    static Plan undisturbed() {
        return new Plan(null, -1, false, false, false, Course.HOP, Form.PARAMETERISED, Form.PLAIN, 0);
    }

    /** Most transactions are cancelled within 3 ms after their subscription, some fail by themselves. */
    static Plan byTheClock(long seed, int number) {
        SplittableRandom random = random(seed, number);
        long cancelAfter = random.nextDouble() < CANCELLED ? random.nextLong(LATEST_CANCEL_NANOS) : -1;
        return of(null, cancelAfter, random.nextInt(ONE_IN_FAILS) == 0, course(random), random);
    }

    /** A transaction that is cancelled shortly after it has reached a phase. */
    static Plan aimedAt(CancelPhase phase, long seed, int number) {
        SplittableRandom random = random(seed, number);
        return of(
                stepOf(phase, random),
                random.nextLong(LATEST_AIMED_NANOS),
                phase == CancelPhase.ROLLING_BACK,
                phase == CancelPhase.BETWEEN_STATEMENTS ? Course.HOP : course(random),
                random);
    }

    private static Plan of(
            @Nullable Step aim, long cancelAfterNanos, boolean fails, Course course, SplittableRandom random) {
        boolean streams = random.nextInt(ONE_IN_STREAMS) == 0;
        return new Plan(
                aim,
                cancelAfterNanos,
                fails,
                streams,
                streams && random.nextInt(ONE_IN_TAKES_ONE) == 0,
                course,
                FORMS[random.nextInt(FORMS.length)],
                FORMS[random.nextInt(FORMS.length)],
                1 + random.nextLong(MOST_PATIENCE_NANOS));
    }

    private static Course course(SplittableRandom random) {
        int of20 = random.nextInt(20);
        return of20 < 8 ? Course.HOP : of20 < 16 ? Course.STRAIGHT : of20 < 18 ? Course.GLANCE : Course.BATCH;
    }

    private static @Nullable Step stepOf(CancelPhase phase, SplittableRandom random) {
        return switch (phase) {
            case BEGINNING -> Step.BEGINNING;
            case BETWEEN_STATEMENTS -> Step.BETWEEN;
            case STATEMENT_IN_FLIGHT -> random.nextBoolean() ? Step.FIRST_IN_FLIGHT : Step.SECOND_IN_FLIGHT;
            case COMMITTING -> Step.COMMITTING;
            case ROLLING_BACK -> Step.ROLLING_BACK;
            case ACQUIRING, NONE -> null;
        };
    }

    private static SplittableRandom random(long seed, int number) {
        return new SplittableRandom(seed * GOLDEN_GAMMA + number);
    }

    boolean isCancelled() {
        return cancelAfterNanos >= 0;
    }
}
