package org.reactivesessions.postgres.cancelrun;

import static java.util.Locale.ROOT;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The options of a run. Immutable.
 *
 * @param transactions how many transactions go to the library; 0 to leave it out, as below
 * @param mutants how many go to each mutant; again and again up to 40,000 to one that was not caught
 * @param contenders how many go to each contender
 * @param seed decides what the transactions do and when they are cancelled
 * @param only the one kind of part to run, or {@code null} for all
 * @param report the file the result goes to as well, or {@code null}
 */
record RunOptions(
        int transactions,
        int mutants,
        int contenders,
        long seed,
        @Nullable Kind only,
        @Nullable Path report) {

    /** The kinds of parts. */
    enum Kind {
        OURS,
        MUTANTS,
        CONTENDERS
    }

    static final int TRANSACTIONS = 420_000;

    /** A mutant that is not caught by fewer gets so many. */
    static final int ENOUGH_FOR_A_MUTANT = 40_000;

    private static final RunOptions DEFAULTS = new RunOptions(TRANSACTIONS, ENOUGH_FOR_A_MUTANT, 40_000, 1, null, null);
    private static final long PHASE_MINIMUM = 1_000;

    /**
     * Reads {@code --transactions N --mutants N --contenders N --seed S --only ours|mutants|contenders --report FILE}.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    static RunOptions parse(String... arguments) {
        if (arguments.length % 2 != 0) {
            throw new IllegalArgumentException("every option needs a value: " + String.join(" ", arguments));
        }
        RunOptions options = DEFAULTS;
        for (int index = 0; index < arguments.length; index += 2) {
            options = options.with(arguments[index], arguments[index + 1]);
        }
        return options;
    }

    private RunOptions with(String option, String value) {
        return switch (option) {
            case "--transactions" -> new RunOptions(notNegative(value), mutants, contenders, seed, only, report);
            case "--mutants" -> new RunOptions(transactions, notNegative(value), contenders, seed, only, report);
            case "--contenders" -> new RunOptions(transactions, mutants, notNegative(value), seed, only, report);
            case "--seed" -> new RunOptions(transactions, mutants, contenders, Long.parseLong(value), only, report);
            case "--only" ->
                new RunOptions(transactions, mutants, contenders, seed, Kind.valueOf(value.toUpperCase(ROOT)), report);
            case "--report" -> new RunOptions(transactions, mutants, contenders, seed, only, Path.of(value));
            default -> throw new IllegalArgumentException("unknown option " + option);
        };
    }

    private static int notNegative(String value) {
        int number = Integer.parseInt(value);
        if (number < 0) {
            throw new IllegalArgumentException("a number of transactions must be >= 0, but was " + value);
        }
        return number;
    }

    /** Whether parts of that kind are run: not if another kind is wanted only, nor without transactions. */
    boolean includes(Kind kind) {
        int number = switch (kind) {
            case OURS -> transactions;
            case MUTANTS -> mutants;
            case CONTENDERS -> contenders;
        };
        return number > 0 && (only == null || only == kind);
    }

    /** How many cancels every phase must have seen; less than usual only if there are fewer transactions. */
    long phaseMinimum() {
        return Math.max(1, Math.min(PHASE_MINIMUM, PHASE_MINIMUM * transactions / TRANSACTIONS));
    }
}
