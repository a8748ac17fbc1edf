package org.reactivesessions.benchmarks;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/** The transactions with Spring's transactional operator and its database client. */
final class Spring implements ReactiveContender {

    private final SpringScope scope;
    private final TransactionalOperator operator;

    Spring(Endpoint endpoint) {
        this.scope = new SpringScope(endpoint, POOL);
        this.operator = scope.operator(TransactionDefinition.withDefaults());
    }

    @Override
    public Mono<Long> read1(int id) {
        return scope.balance(id).as(operator::transactional);
    }

    @Override
    public Mono<Long> write3(int id) {
        return scope.client()
                .sql(DEBIT)
                .bind(0, id)
                .fetch()
                .rowsUpdated()
                .then(scope.balance(id))
                .flatMap(balance -> scope.client()
                        .sql(NOTE)
                        .bind(0, id)
                        .bind(1, balance)
                        .fetch()
                        .rowsUpdated())
                .as(operator::transactional);
    }

    @Override
    public void close() {
        scope.close();
    }
}
