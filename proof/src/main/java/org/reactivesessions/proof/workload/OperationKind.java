package org.reactivesessions.proof.workload;

/** What an operation does, and how many of a hundred are of its kind. */
public enum OperationKind {
    /** Moves an amount from one account to another. */
    TRANSFER(60),
    /** Does the same, and fails: by an error of its own, or of a statement, which it may also swallow. */
    USER_ERROR(15),
    /** Does the same twice, the first time in a savepoint that is undone. */
    SAVEPOINT(10),
    /** Does the same and streams rows, of which only some are taken. */
    STREAM(5),
    /** Does the same, and is cancelled at a random moment. */
    CANCEL(5),
    /** Reads. */
    READ(5);

    private final int perHundred;

    OperationKind(int perHundred) {
        this.perHundred = perHundred;
    }

    /** The kind that a number from 0 to 99 stands for. */
    static OperationKind of(int number) {
        int left = number;
        for (OperationKind kind : values()) {
            left -= kind.perHundred;
            if (left < 0) {
                return kind;
            }
        }
        throw new IllegalArgumentException("must be 0 to 99, but was " + number);
    }
}
