package org.reactivesessions.observation;

/** What has to happen before a session goes on. */
public enum WaitsFor {
    /** It has no connection yet, or waits for its next attempt. */
    CONNECTION,
    /** The database has not answered something that was sent. */
    DATABASE,
    /** There are rows that nobody asks for, and whatever else was sent waits behind them. */
    SUBSCRIBER,
    /** Nothing is open: its function, or whoever it was lent to, does something else. */
    FUNCTION
}
