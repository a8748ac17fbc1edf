package org.reactivesessions.wire;

/**
 * What was done on a connection in one scope and everything nested in it, as far as it decides what may be done with the
 * connection before its last answer has come. Written on the executor, read anywhere.
 *
 * @since 0.1
 */
public final class Conduct {

    private volatile boolean plain = true;
    private volatile boolean reading = true;
    private volatile boolean unsettled;
    private volatile boolean failed;
    private volatile boolean lasting;

    Conduct() {}

    void sent(String sql) {
        SqlKind kind = SqlKind.of(sql);
        if (kind == SqlKind.READ) {
            return;
        }
        reading = false;
        if (!kind.isPlain()) {
            plain = false;
            if (SqlKind.mayOutlastRollback(sql)) {
                lasting = true;
            }
        }
        if (kind == SqlKind.UNSETTLING) {
            unsettled = true;
        }
    }

    void failed() {
        failed = true;
    }

    /**
     * Tells whether every statement was one plain SELECT, VALUES, TABLE or WITH.
     *
     * @return whether nothing else was sent
     */
    public boolean isReading() {
        return reading;
    }

    /**
     * Tells whether every statement was plain and none ended with an error.
     *
     * @return whether nothing is known of the scope that could outlast its COMMIT
     */
    public boolean isPlain() {
        return plain && !failed;
    }

    /**
     * Tells whether a statement may have changed settings of the session.
     *
     * @return whether the settings of the connection are not certain any more
     */
    public boolean isUnsettled() {
        return unsettled;
    }

    /**
     * Tells whether a statement may have left what ROLLBACK does not take back, such as a lock of the session, a prepared
     * statement, or changed settings.
     *
     * @return whether somebody who uses another connection could meet it
     */
    public boolean mayOutlastRollback() {
        return lasting;
    }
}
