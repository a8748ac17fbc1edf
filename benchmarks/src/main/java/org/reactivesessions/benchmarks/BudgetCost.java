package org.reactivesessions.benchmarks;

import java.util.List;

/**
 * What {@value BudgetMeter#RUNS} transactions cost on the wire, and one of them on the heap.
 *
 * @param jdk the feature version of the JDK, whose own classes allocate as well
 * @param scope which transaction
 * @param flights round trips of all of them
 * @param sent messages to the server, of all of them
 * @param received messages from the server, of all of them
 * @param bytes allocated by one of them on the thread that does all the work
 */
record BudgetCost(int jdk, BudgetScope scope, long flights, long sent, long received, long bytes) {

    static final String COLUMNS =
            "jdk,scope,round trips of " + BudgetMeter.RUNS + ",messages sent,messages received,bytes of 1";

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is not understood
     */
    static BudgetCost parse(String line) {
        List<String> fields = List.of(line.split(",", -1));
        if (fields.size() != COLUMNS.split(",", -1).length) {
            throw new IllegalArgumentException("a line must have the columns " + COLUMNS + ", but was " + line);
        }
        return new BudgetCost(
                Integer.parseInt(fields.get(0)),
                BudgetScope.named(fields.get(1)),
                Long.parseLong(fields.get(2)),
                Long.parseLong(fields.get(3)),
                Long.parseLong(fields.get(4)),
                Long.parseLong(fields.get(5)));
    }

    String line() {
        return String.join(
                ",",
                List.of(
                        Integer.toString(jdk),
                        scope.toString(),
                        Long.toString(flights),
                        Long.toString(sent),
                        Long.toString(received),
                        Long.toString(bytes)));
    }
}
