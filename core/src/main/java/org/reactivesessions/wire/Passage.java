package org.reactivesessions.wire;

/**
 * What passes a gate, which decides what it waits for and whether others wait for it. Immutable.
 *
 * <p>A driver may read ahead: r2dbc-postgresql takes up to 256 messages of a statement without parameters from the wire
 * before anybody asks for its rows, so what comes behind such rows gets its turn although nobody reads them. The rows of a
 * statement with parameters stop exactly where nobody asks for more.
 */
enum Passage {
    /** A question that is answered without the database. */
    LOCAL(false, false, false, false, false),
    /** A statement without parameters, whose rows or counts come with it. */
    STATEMENT(true, true, true, false, false),
    /** A statement with parameters. */
    PARAMETERISED(true, true, true, true, false),
    /** A statement in the middle of something that outlasts a nested scope: it waits for that instead of being refused. */
    IN_TURN(true, true, true, false, true),
    /** A statement without parameters, whose results are consumed by publishers of their own. */
    EXECUTION(true, true, false, false, false),
    /** The same with parameters: it is sent when its results are consumed. */
    PREPARATION(false, true, false, false, false),
    /** The result of a statement without parameters. Behind its own execution it must not wait. */
    RESULT(false, false, true, false, false),
    /** The result of a statement with parameters. */
    PARAMETERISED_RESULT(true, false, true, true, false);

    private final boolean sends;
    private final boolean waitsBehindRows;
    private final boolean hasRows;
    private final boolean stopsExactly;
    private final boolean patient;

    Passage(boolean sends, boolean waitsBehindRows, boolean hasRows, boolean stopsExactly, boolean patient) {
        this.sends = sends;
        this.waitsBehindRows = waitsBehindRows;
        this.hasRows = hasRows;
        this.stopsExactly = stopsExactly;
        this.patient = patient;
    }

    /** Whether it puts the statement on the wire. */
    boolean sends() {
        return sends;
    }

    boolean waitsBehindRows() {
        return waitsBehindRows;
    }

    /** Whether it is a statement, of which the results may pass by themselves. */
    boolean isStatement() {
        return waitsBehindRows;
    }

    boolean hasRows() {
        return hasRows;
    }

    /** Whether its rows stop on the wire as soon as nobody asks for more. */
    boolean stopsExactly() {
        return stopsExactly;
    }

    /** Whether its errors are described; those of the driver's own interfaces stay the driver's. */
    boolean describesErrors() {
        return waitsBehindRows && hasRows;
    }

    /** Whether it waits for a nested scope that is open, instead of being refused. */
    boolean isPatient() {
        return patient;
    }
}
