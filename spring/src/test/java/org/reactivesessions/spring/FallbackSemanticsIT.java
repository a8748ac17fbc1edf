package org.reactivesessions.spring;

import java.util.List;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;

/** The manager by itself: Spring's operator and Spring's advice on it. */
class FallbackSemanticsIT extends SessionsSemanticsIT {

    FallbackSemanticsIT(TestDatabase database) {
        super(database);
    }

    @Override
    List<Class<?>> advice() {
        return List.of();
    }

    @Override
    TransactionalOperator operator(TransactionDefinition definition) {
        return TransactionalOperator.create(manager(), definition);
    }

    /** Spring does not ask a manager about a part that joins. */
    @Override
    boolean refusesOtherIsolation() {
        return false;
    }

    @Override
    boolean keepsBranchesApart() {
        return false;
    }

    @Override
    boolean passesOnErrorsAfterCommit() {
        return false;
    }
}
