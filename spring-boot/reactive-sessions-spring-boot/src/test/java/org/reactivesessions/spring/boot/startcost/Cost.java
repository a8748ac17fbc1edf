package org.reactivesessions.spring.boot.startcost;

/**
 * What one start has cost. Immutable.
 *
 * @param started milliseconds from the start of the JVM until the application is ready
 * @param thread milliseconds of processor time of the thread that starts it, which all the others wait for
 * @param processor milliseconds of processor time of all threads until then
 * @param heap kibibytes in use after garbage collections
 * @param classes that were loaded
 * @param first milliseconds of the first transaction, with its connection
 */
record Cost(long started, long thread, long processor, long heap, long classes, long first) {

    /** To be read by {@link #of}. */
    String line() {
        return started + " " + thread + " " + processor + " " + heap + " " + classes + " " + first;
    }

    static Cost of(String line) {
        String[] parts = line.trim().split(" ", -1);
        return new Cost(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]),
                Long.parseLong(parts[5]));
    }
}
