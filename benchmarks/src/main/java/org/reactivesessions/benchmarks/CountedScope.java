package org.reactivesessions.benchmarks;

/** A scope whose round trips are counted. */
enum CountedScope {
    /** A transaction of one INSERT. */
    WRITE_1("plain write, n = 1", 1),
    /** A transaction of three INSERTs. */
    WRITE_3("plain write, n = 3", 3),
    /** The first with the {@link SampleSettings}. */
    SETTINGS_1("with settings, n = 1", 1),
    /** The second with the {@link SampleSettings}. */
    SETTINGS_3("with settings, n = 3", 3),
    /** {@link #WRITE_3} with a commit marker, by which it can be found out whether it committed. */
    MARKED_3("with a commit marker, n = 3", 3),
    /** One INSERT in a transaction, and another behind a savepoint in it. */
    NESTED("nested scope, n = 1 + 1", 2),
    /** One SELECT in a read-only transaction. */
    READ_ONLY("read-only, n = 1", 1),
    /** Read-only transactions of one SELECT each, all at once on one connection. */
    QUEUED("20 read-only, queued for one connection, n = 20", 20),
    /** A first statement that has to wait for BEGIN, and an INSERT. */
    AWAITED("first statement not pipelinable, n = 1 + 1", 2),
    /** The time of the transaction, asked first, beside one INSERT. */
    STARTED_AT("time of the transaction asked first, n = 1", 1),
    /** One SELECT without a transaction. */
    READ("single read without transaction, n = 1", 1);

    private final String text;
    private final int statements;

    CountedScope(String text, int statements) {
        this.text = text;
        this.statements = statements;
    }

    /** How many statements it has, each of which costs one round trip. */
    int statements() {
        return statements;
    }

    /** What it may cost a contender beside its statements. */
    Extra budget(Entrant contender) {
        return switch (this) {
            case WRITE_1, WRITE_3, READ_ONLY -> of(contender, Extra.of(2), Extra.of(1), Extra.of(1));
            case SETTINGS_1, SETTINGS_3 -> of(contender, new Extra(4, 6), new Extra(3, 5), Extra.of(1));
            case NESTED -> of(contender, Extra.of(2 + 2), Extra.of(1 + 2), Extra.of(1 + 1));
            case QUEUED -> of(contender, Extra.of(2 * statements), Extra.of(statements), Extra.of(1));
            case AWAITED -> of(contender, Extra.of(2), Extra.of(1), Extra.of(2));
            case MARKED_3, STARTED_AT -> of(contender, Extra.NOT_OFFERED, Extra.NOT_OFFERED, Extra.of(1));
            case READ -> Extra.of(0);
        };
    }

    private static Extra of(Entrant contender, Extra reactive, Extra jdbc, Extra ours) {
        return switch (contender) {
            case OURS -> ours;
            case BYHAND, SPRING, VERTX -> reactive;
            case JDBC, JDBC_VT -> jdbc;
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
