package org.reactivesessions.dialect;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.TransactionDefinition;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;

/**
 * Plain R2DBC: whatever the specification promises, and nothing more. It uses the driver's own transaction methods and
 * classifies errors by their R2DBC category, conservatively: what is not clearly a refusal of COMMIT is unknown.
 * Stateless and thread-safe.
 *
 * @since 0.1
 */
public final class StandardDialect implements Dialect {

    @Override
    public Publisher<Void> begin(Connection physical, TransactionDefinition definition) {
        return physical.beginTransaction(definition);
    }

    @Override
    public Publisher<Void> commit(Connection physical) {
        return physical.commitTransaction();
    }

    @Override
    public Publisher<Void> rollback(Connection physical) {
        return physical.rollbackTransaction();
    }

    @Override
    public boolean inTransaction(Connection physical) {
        return !physical.isAutoCommit();
    }

    @Override
    public boolean isServerError(Throwable error) {
        return error instanceof R2dbcException
                && !(error instanceof R2dbcNonTransientResourceException)
                && !(error instanceof R2dbcTransientResourceException);
    }

    @Override
    public CommitAnswer commitAnswer(Throwable error) {
        if (error instanceof R2dbcRollbackException rollback) {
            String sqlState = rollback.getSqlState();
            return sqlState == null || sqlState.isEmpty() ? CommitAnswer.ROLLED_BACK : CommitAnswer.REFUSED;
        }
        return error instanceof R2dbcDataIntegrityViolationException ? CommitAnswer.REFUSED : CommitAnswer.UNKNOWN;
    }

    @Override
    public Object nullParameter() {
        return Parameters.in(R2dbcType.VARCHAR);
    }

    @Override
    public GatedConnection wrap(Connection physical, StatementGate gate, TransactionDefinition definition) {
        return new GatedConnection(physical, gate, definition);
    }
}
