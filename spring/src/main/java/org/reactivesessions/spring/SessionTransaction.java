package org.reactivesessions.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.connection.ConnectionHolder;
import org.springframework.transaction.ReactiveTransaction;

/** What the code inside sees of its transaction, and says about it. Thread-safe. */
final class SessionTransaction implements ReactiveTransaction {

    private final String name;
    private final boolean begun;
    private final boolean nested;
    private final boolean readOnly;
    private final @Nullable ConnectionHolder holder;
    private volatile boolean rollbackOnly;
    private volatile boolean completed;

    /**
     * @param begun whether it ends with the code
     * @param holder of the transaction it is, or is part of; {@code null} if it is none
     */
    SessionTransaction(
            String name, boolean begun, boolean nested, boolean readOnly, @Nullable ConnectionHolder holder) {
        this.name = name;
        this.begun = begun;
        this.nested = nested;
        this.readOnly = readOnly;
        this.holder = holder;
    }

    @Override
    public String getTransactionName() {
        return name;
    }

    @Override
    public boolean hasTransaction() {
        return holder != null;
    }

    @Override
    public boolean isNewTransaction() {
        return holder != null && begun;
    }

    @Override
    public boolean isNested() {
        return nested;
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public void setRollbackOnly() {
        if (completed) {
            throw new IllegalStateException("Transaction completed");
        }
        rollbackOnly = true;
    }

    /** Also if another part of the transaction has failed. */
    @Override
    public boolean isRollbackOnly() {
        return rollbackOnly || (holder != null && holder.isRollbackOnly());
    }

    /** Whether this part of it said so. */
    boolean asksForRollback() {
        return rollbackOnly;
    }

    @Override
    public boolean isCompleted() {
        return completed;
    }

    void complete() {
        completed = true;
    }
}
