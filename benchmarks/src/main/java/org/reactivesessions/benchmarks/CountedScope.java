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
        return switch (contender) {
            case OURS -> ours();
            case OURS_UNGUARDED -> unguarded();
            case BYHAND, SPRING, VERTX -> reactive();
            case JDBC, JDBC_VT -> jdbc();
        };
    }

    private Extra ours() {
        return switch (this) {
            case WRITE_1, WRITE_3, SETTINGS_1, SETTINGS_3, MARKED_3, READ_ONLY, QUEUED, STARTED_AT -> Extra.of(1);
            case NESTED -> Extra.of(1 + 1);
            case AWAITED -> Extra.of(2);
            case READ -> Extra.of(0);
        };
    }

    private Extra unguarded() {
        return switch (this) {
            case WRITE_1, WRITE_3, SETTINGS_1, SETTINGS_3, MARKED_3, READ_ONLY, AWAITED, STARTED_AT -> Extra.of(2);
            case NESTED -> Extra.of(2 + 1);
            case QUEUED -> Extra.of(2 * statements);
            case READ -> Extra.of(0);
        };
    }

    private Extra reactive() {
        return switch (this) {
            case WRITE_1, WRITE_3, READ_ONLY, AWAITED -> Extra.of(2);
            case SETTINGS_1, SETTINGS_3 -> new Extra(4, 6);
            case NESTED -> Extra.of(2 + 2);
            case QUEUED -> Extra.of(2 * statements);
            case MARKED_3, STARTED_AT -> Extra.NOT_OFFERED;
            case READ -> Extra.of(0);
        };
    }

    private Extra jdbc() {
        return switch (this) {
            case WRITE_1, WRITE_3, READ_ONLY, AWAITED -> Extra.of(1);
            case SETTINGS_1, SETTINGS_3 -> new Extra(3, 5);
            case NESTED -> Extra.of(1 + 2);
            case QUEUED -> Extra.of(statements);
            case MARKED_3, STARTED_AT -> Extra.NOT_OFFERED;
            case READ -> Extra.of(0);
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
