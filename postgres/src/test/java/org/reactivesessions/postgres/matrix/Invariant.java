package org.reactivesessions.postgres.matrix;

/** What must hold whatever fails. Those without a method in {@link Check} belong to rows that are shown elsewhere. */
enum Invariant {
    I1("What was acknowledged is durable."),
    I2("What was reported as rolled back, or as not started, is absent, now and for ever."),
    I3("No verdict without evidence: the listener and the subscriber hear the same one, in doubt if there is none."),
    I4("An operation is applied at most once."),
    I5("Every phase ends within its limit and 250 ms."),
    I6(
            "No place in the pool is lost: none in use, nobody waiting, as many sessions on the server as connections here."),
    I7("A physical connection has one owner at a time."),
    I8("The next borrower gets a clean connection."),
    I9("A subscriber hears one end, and nothing is dropped that the fault does not explain."),
    I10("A fault is not amplified, and work goes on within 10 s of its end without a restart."),
    I11("No secret is let out."),
    I12("The circuit breaker counts what the database did, and nothing else.");

    private final String sentence;

    Invariant(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }
}
