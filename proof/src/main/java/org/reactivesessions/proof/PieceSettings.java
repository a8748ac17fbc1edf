package org.reactivesessions.proof;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.reactivesessions.proof.nemesis.FaultKind;

/**
 * One piece of the proof: a server of its own, and one seed.
 *
 * @param seed decides operations and faults
 * @param transactions how many operations there are to be
 * @param clients how many there are at once
 * @param time after which it ends even if there were fewer
 * @param faults that may happen
 * @param workers whether there is a process with further clients, which is killed
 * @param recheck how long after the end everything is looked at again
 * @param slack by how much a limit may be missed because the machine is busy
 * @param directory for journals and logs, which is made
 */
record PieceSettings(
        long seed,
        long transactions,
        int clients,
        Duration time,
        Set<FaultKind> faults,
        boolean workers,
        Duration recheck,
        Duration slack,
        Path directory) {

    static final int CLIENTS = 32;
    static final int POOL = 8;

    private static final Duration LONG = Duration.ofHours(2);
    private static final Duration RECHECK = Duration.ofSeconds(30);
    private static final Duration SLACK = Duration.ofMillis(250);

    /** A piece with everything there is. */
    static PieceSettings of(long seed, long transactions, Path directory) {
        return new PieceSettings(
                seed, transactions, CLIENTS, LONG, EnumSet.allOf(FaultKind.class), true, RECHECK, SLACK, directory);
    }

    PieceSettings withClients(int number) {
        return new PieceSettings(seed, transactions, number, time, faults, workers, recheck, slack, directory);
    }

    PieceSettings withTime(Duration most) {
        return new PieceSettings(seed, transactions, clients, most, faults, workers, recheck, slack, directory);
    }

    PieceSettings withFaults(Set<FaultKind> these) {
        return new PieceSettings(seed, transactions, clients, time, these, workers, recheck, slack, directory);
    }

    PieceSettings withWorkers(boolean there) {
        return new PieceSettings(seed, transactions, clients, time, faults, there, recheck, slack, directory);
    }

    PieceSettings withRecheck(Duration later) {
        return new PieceSettings(seed, transactions, clients, time, faults, workers, later, slack, directory);
    }

    PieceSettings withSlack(Duration more) {
        return new PieceSettings(seed, transactions, clients, time, faults, workers, recheck, more, directory);
    }
}
