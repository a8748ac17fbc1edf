package org.reactivesessions.benchmarks;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Mono;

/** The transactions with Spring's transactional operator and its database client. */
final class Spring implements ReactiveContender {

    private final SpringScope scope;
    private final TransactionalOperator operator;
    private final Mono<Void> settings;
    private final Terms terms;

    Spring(Endpoint endpoint) {
        this(endpoint, Terms.PLAIN);
    }

    Spring(Endpoint endpoint, Terms terms) {
        this.scope = new SpringScope(endpoint, POOL);
        DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
        if (terms == Terms.SETTINGS) {
            definition.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        }
        this.operator = scope.operator(definition);
        this.settings = terms == Terms.SETTINGS ? scope.settings() : Mono.empty();
        this.terms = terms;
    }

    @Override
    public Mono<Long> read1(int id) {
        return transactional(scope.balance(id));
    }

    @Override
    public Mono<Long> write3(int id) {
        return transactional(scope.client()
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
                        .rowsUpdated()));
    }

    private Mono<Long> transactional(Mono<Long> work) {
        return operator.transactional(terms == Terms.PLAIN ? work : settings.then(work));
    }

    @Override
    public void close() {
        scope.close();
    }
}
