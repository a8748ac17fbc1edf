package org.reactivesessions.benchmarks;

import java.util.Optional;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The scopes with Spring's transactional operator and its database client. */
final class SpringScopes implements CountedScopes {

    private final SpringScope scope;

    SpringScopes(Endpoint endpoint) {
        this.scope = new SpringScope(endpoint, 1);
    }

    @Override
    public Optional<Runnable> of(CountedScope counted) {
        Mono<Long> mono = scope(counted);
        return Optional.of(() -> mono.block(Load.PATIENCE));
    }

    private Mono<Long> scope(CountedScope counted) {
        DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
        return switch (counted) {
            case WRITE_1, WRITE_3 -> transactional(definition, inserts(counted.statements()));
            case SETTINGS_1, SETTINGS_3 -> {
                definition.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
                yield transactional(definition, scope.settings().then(inserts(counted.statements())));
            }
            case NESTED ->
                transactional(
                        definition,
                        inserts(1)
                                .then(transactional(
                                        new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_NESTED),
                                        inserts(1))));
            case READ_ONLY -> {
                definition.setReadOnly(true);
                yield transactional(definition, scope.balance(1));
            }
            case QUEUED, AWAITED, STARTED_AT, MARKED_3 -> throw CountedScopes.notHere(counted);
            case READ -> scope.balance(1);
        };
    }

    private <T> Mono<T> transactional(TransactionDefinition definition, Mono<T> work) {
        return scope.operator(definition).transactional(work);
    }

    private Mono<Long> inserts(int number) {
        return Flux.range(0, number)
                .concatMap(id -> scope.client().sql(INSERT).bind(0, id).fetch().rowsUpdated())
                .reduce(Long::sum);
    }

    @Override
    public void close() {
        scope.close();
    }
}
