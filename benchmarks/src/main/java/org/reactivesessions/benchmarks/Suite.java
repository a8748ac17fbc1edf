package org.reactivesessions.benchmarks;

import java.util.List;
import org.reactivesessions.benchmarks.report.RunSize;

/** A question, and how figures that answer it are got. */
interface Suite {

    /** Its name, on the command line and as that of its file. */
    String name();

    /** How it is measured: rounds, forks, warm-up. */
    String method(RunSize size);

    /** Which of these take part; none if it has nothing to say of them. */
    List<Entrant> among(List<Entrant> who);

    /**
     * Measures.
     *
     * @param bench tables that nobody else uses meanwhile
     * @param who of those that {@link #among} names
     * @param into takes the figures
     */
    void measure(Bench bench, RunSize size, List<Entrant> who, Collected into) throws Exception;
}
