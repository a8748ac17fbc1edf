package org.reactivesessions.spring;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivestreams.Publisher;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.ReactiveTransaction;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionContext;
import org.springframework.transaction.reactive.TransactionSynchronization;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Work of one kind, run as a definition of Spring's says: in a transaction of the sessions, in the one around, or in none.
 * Thread-safe.
 */
final class TransactionalWork {

    private final SpringSessions sessions;
    private final TransactionOptions options;
    private final TransactionOptions readOnlyOptions;
    private final int propagation;
    private final boolean readOnly;

    /** @param name if the definition has none; {@code null} for that of the options by default */
    TransactionalWork(SpringSessions sessions, TransactionDefinition definition, @Nullable String name) {
        this.sessions = sessions;
        this.propagation = definition.getPropagationBehavior();
        this.readOnly = definition.isReadOnly();
        TransactionOptions plain = Terms.options(definition, name);
        this.options = switch (propagation) {
            case TransactionDefinition.PROPAGATION_REQUIRES_NEW -> plain.propagation(Propagation.REQUIRES_NEW);
            case TransactionDefinition.PROPAGATION_NESTED -> plain.propagation(Propagation.NESTED);
            default -> plain;
        };
        this.readOnlyOptions = options.readOnly();
    }

    /**
     * Runs the work of one element.
     *
     * @param undoing which errors roll back
     * @param action makes the work
     */
    <T> Mono<T> mono(
            Predicate<Attempted> undoing, Function<? super ReactiveTransaction, ? extends Mono<? extends T>> action) {
        return Mono.deferContextual(subscriber -> {
            Surroundings around = Surroundings.of(subscriber, sessions.factory());
            IllegalTransactionStateException refusal = refusal(around);
            if (refusal != null) {
                return Mono.error(refusal);
            }
            Part part = new Part(this, around, undoing);
            Mono<T> run = part.isTransactional()
                    ? sessions.withTransaction(optionsIn(around), session -> part.<T>inside(action))
                            .onErrorResume(error -> part.<T>endedBy(error))
                            .switchIfEmpty(part.ending())
                    : Flux.from(plain(around, part, action)).next();
            return apart(around) ? besides(around, run.flux()).next() : run;
        });
    }

    /** The same for many elements. */
    <T> Flux<T> flux(
            Predicate<Attempted> undoing,
            Function<? super ReactiveTransaction, ? extends Publisher<? extends T>> action) {
        return Flux.deferContextual(subscriber -> {
            Surroundings around = Surroundings.of(subscriber, sessions.factory());
            IllegalTransactionStateException refusal = refusal(around);
            if (refusal != null) {
                return Flux.error(refusal);
            }
            Part part = new Part(this, around, undoing);
            Flux<T> run = part.isTransactional()
                    ? sessions.withTransactionMany(optionsIn(around), session -> part.<T>insideMany(action))
                            .onErrorResume(error -> part.<T>endedBy(error))
                            .concatWith(part.ending())
                    : plain(around, part, action);
            return apart(around) ? besides(around, run) : run;
        });
    }

    /** An error, and the transaction it came out of. */
    record Attempted(Throwable error, ReactiveTransaction transaction) {}

    SpringSessions sessions() {
        return sessions;
    }

    String name() {
        return options.name();
    }

    boolean isReadOnly() {
        return readOnly;
    }

    /** Whether it is to be in a transaction, there. */
    boolean isTransactional(Surroundings around) {
        return switch (propagation) {
            case TransactionDefinition.PROPAGATION_NOT_SUPPORTED, TransactionDefinition.PROPAGATION_NEVER -> false;
            case TransactionDefinition.PROPAGATION_SUPPORTS -> around.isTransaction();
            default -> true;
        };
    }

    boolean isNested(Surroundings around) {
        return propagation == TransactionDefinition.PROPAGATION_NESTED && around.isTransaction();
    }

    /** Whether its end is the end of a transaction, or of a savepoint. */
    boolean begins(Surroundings around) {
        return !around.isTransaction()
                || propagation == TransactionDefinition.PROPAGATION_REQUIRES_NEW
                || propagation == TransactionDefinition.PROPAGATION_NESTED;
    }

    /** Whether the transaction around has to step back for it. */
    private boolean apart(Surroundings around) {
        return around.isTransaction()
                && (propagation == TransactionDefinition.PROPAGATION_REQUIRES_NEW
                        || propagation == TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
    }

    /** Inside a read-only transaction it cannot write whatever it says, so only saying nothing would be refused for it. */
    private TransactionOptions optionsIn(Surroundings around) {
        TransactionContext context = around.context();
        return context != null && !begins(around) && context.isCurrentTransactionReadOnly() ? readOnlyOptions : options;
    }

    private @Nullable IllegalTransactionStateException refusal(Surroundings around) {
        if (propagation == TransactionDefinition.PROPAGATION_MANDATORY && !around.isTransaction()) {
            return new IllegalTransactionStateException(
                    "No existing transaction found for transaction marked with propagation 'mandatory'");
        }
        if (propagation == TransactionDefinition.PROPAGATION_NEVER && around.isTransaction()) {
            return new IllegalTransactionStateException(
                    "Existing transaction found for transaction marked with propagation 'never'");
        }
        return null;
    }

    /** Without a transaction, but with an end that Spring's synchronizations hear of: they give connections back. */
    private <T> Flux<T> plain(
            Surroundings around,
            Part part,
            Function<? super ReactiveTransaction, ? extends Publisher<? extends T>> action) {
        SessionTransaction none = part.none();
        Flux<T> work = Flux.defer(() -> Flux.from(action.apply(none)));
        if (!around.isTransaction() && around.isSynchronized()) {
            return work;
        }
        TransactionContext context = Surroundings.newContext();
        Set<TransactionSynchronization> all = new LinkedHashSet<>();
        context.setSynchronizations(all);
        SessionHolder ours = around.ours();
        return Flux.usingWhen(
                        Mono.just(all),
                        ignored -> work,
                        Synchronizations::doneWithout,
                        (these, error) -> Synchronizations.failedWithout(these),
                        Synchronizations::failedWithout)
                .contextWrite(subscriber -> {
                    Context outside = ours == null ? subscriber : ours.leave(subscriber);
                    return Surroundings.into(outside, context);
                });
    }

    /** The synchronizations of the transaction around hear that it steps back, and that it goes on. */
    private static <T> Flux<T> besides(Surroundings around, Flux<T> work) {
        TransactionContext context = around.context();
        Collection<TransactionSynchronization> all = context == null ? null : context.getSynchronizations();
        if (all == null || all.isEmpty()) {
            return work;
        }
        return Flux.usingWhen(
                Synchronizations.suspend(all).thenReturn(all),
                ignored -> work,
                Synchronizations::resume,
                (these, error) -> Synchronizations.resume(these),
                Synchronizations::resume);
    }
}
