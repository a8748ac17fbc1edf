package org.reactivesessions.postgres.cancelrun;

/** What must not happen. Immutable. */
enum Check {
    HALF("half transactions (one row of two)"),
    SPLIT("split over two server transactions"),
    SHARED("server transactions shared by two scopes"),
    FOREIGN_BEGIN("ran under an older BEGIN than their own"),
    ACKNOWLEDGED_ABSENT("acknowledged but absent"),
    ROLLED_BACK_PRESENT("rolled back but present"),
    COMMITTED_ABSENT("told as COMMITTED but absent"),
    IN_DOUBT("told as IN_DOUBT"),
    EVENTS("without exactly one event"),
    HOOKS("hooks that contradict the outcome"),
    UNEXPECTED_ERRORS("errors nobody planned", false),
    STALLED("callers that waited for ever", false),
    LEAKED_PERMITS("leaked permits (acquired or pending)"),
    IDLE_IN_TRANSACTION("backends idle in transaction"),
    LOST_CONNECTIONS("lost connections (backends replaced)"),
    TOO_MANY_SESSIONS("server sessions beyond the size of the pool"),
    DROPPED_SIGNALS("dropped signals", false),
    LEAK_RECORDS("Netty leak records", false);

    private final String text;
    private final boolean damage;

    Check(String text) {
        this(text, true);
    }

    Check(String text, boolean damage) {
        this.text = text;
        this.damage = damage;
    }

    /** Whether data or connections are harmed, as opposed to a symptom that may have other reasons. */
    boolean isDamage() {
        return damage;
    }

    @Override
    public String toString() {
        return text;
    }
}
