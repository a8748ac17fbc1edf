package org.reactivesessions;

import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.reactivesessions.dialect.CommitMarker;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.OperationInProgressException;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.Transactions;
import reactor.core.publisher.Mono;

/** Operations that are applied once. Thread-safe. */
final class Operations {

    private static final int LONGEST_ID = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Transactions<Session> transactions;
    private final Dialect dialect;

    Operations(Transactions<Session> transactions, Dialect dialect) {
        this.transactions = transactions;
        this.dialect = dialect;
    }

    <T> Mono<Once<T>> once(
            TransactionOptions options,
            String operationId,
            Function<? super Session, ? extends Mono<? extends T>> function) {
        CommitMarker marker = dialect.marker();
        if (marker == null) {
            throw new UnsupportedOperationException(options.name() + ": once() needs a commit marker, and "
                    + dialect.getClass().getSimpleName() + " cannot leave one, nothing was sent.");
        }
        requireId(operationId);
        Function<Session, Mono<Once<T>>> work = session -> claim(session, marker, options.name(), operationId)
                .flatMap(before -> before.map(at -> Mono.just(Once.<T>alreadyApplied(at)))
                        .orElseGet(() -> apply(session, options.name(), function)));
        Mono<Once<T>> own = transactions.mono(verified(options), work);
        Mono<Once<T>> joining = transactions.mono(options, work);
        return Mono.deferContextual(context -> transactions.joins(options, context) ? joining : own);
    }

    private static void requireId(String operationId) {
        if (operationId.isBlank() || operationId.length() > LONGEST_ID || operationId.indexOf(0) >= 0) {
            throw new IllegalArgumentException("operationId must have 1 to " + LONGEST_ID
                    + " characters, none of them NUL, and not be blank, but had " + operationId.length());
        }
    }

    /** A wait without a limit would be one for as long as somebody else's transaction lasts. */
    private static TransactionOptions verified(TransactionOptions options) {
        if (Boolean.TRUE.equals(options.getAttribute(TransactionDefinition.READ_ONLY))) {
            throw new IllegalArgumentException(
                    options.name() + ": once() writes the key of the operation, so it cannot be readOnly()");
        }
        TransactionOptions limited = options.getAttribute(TransactionDefinition.LOCK_WAIT_TIMEOUT) == null
                ? options.lockTimeout(PATIENCE)
                : options;
        return limited.verified();
    }

    private Mono<Optional<Instant>> claim(Session session, CommitMarker marker, String name, String operationId) {
        return session.sql(marker.claim(), operationId)
                .one(row ->
                        Optional.ofNullable(row.get(0, OffsetDateTime.class)).map(OffsetDateTime::toInstant))
                .onErrorMap(
                        error -> dialect.classify(LifePhase.ACTIVE, error) == FailureClass.LOCK_TIMEOUT,
                        error -> new OperationInProgressException(name, operationId, error));
    }

    private static <T> Mono<Once<T>> apply(
            Session session, String name, Function<? super Session, ? extends Mono<? extends T>> function) {
        Mono<? extends T> work = Objects.requireNonNull(
                function.apply(session), () -> name + ": the function returned null; return Mono.empty() for no value");
        return work.<Once<T>>map(Once::applied).defaultIfEmpty(Once.applied(null));
    }
}
