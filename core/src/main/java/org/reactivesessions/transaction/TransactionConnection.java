package org.reactivesessions.transaction;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.dialect.WriteGuard;
import org.reactivesessions.error.CommitMarkerException;
import org.reactivesessions.error.DatabaseReadOnlyException;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.health.Sentinel;
import org.reactivesessions.pool.Lease;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A connection for one transaction: BEGIN, COMMIT, ROLLBACK. Thread-safe. */
final class TransactionConnection extends PooledConnection {

    private final Sentinel sentinel;
    private final @Nullable Markers markers;
    private final @Nullable Mark mark;
    private volatile boolean refused;
    private volatile boolean committing;
    private volatile boolean committed;
    private volatile boolean begun;

    /**
     * @param sentinel refuses BEGIN while the database takes no writes
     * @param markers makes the marker, if the options ask for one
     */
    TransactionConnection(
            Lease lease,
            Dialect dialect,
            TransactionOptions options,
            StatementGate gate,
            @Nullable ServerCancels cancels,
            Sentinel sentinel,
            @Nullable Markers markers) {
        super(lease, dialect, options.withDefaultIsolation(lease.defaultIsolation()), gate, cancels);
        this.sentinel = sentinel;
        this.markers = markers;
        this.mark = markers != null && options.verification().leavesMarker() && !options.isReadOnly()
                ? markers.mark(options.verification())
                : null;
    }

    @Override
    boolean isTransactional() {
        return true;
    }

    @Override
    boolean asksAtBegin() {
        return !refused;
    }

    @Override
    boolean startsEarly() {
        boolean early = mayMark() && dialect().guard() != null && lease().isGuarded() && lease().isFresh();
        if (early) {
            gate().expectBegin(new FirstStatement(dialect().transactionTimestamp()));
        }
        return early;
    }

    @Override
    Duration beginLimit(Duration most) {
        return lease().firstAnswerWithin(most);
    }

    @Override
    void begin(ControlCommand begin, Runnable then) {
        lease().executor().execute(() -> {
            begin.run(this::opened);
            then.run();
        });
    }

    private Publisher<Void> opened() {
        requireWritable();
        WriteGuard guard =
                lease().isGuarded() || lease().isSuspect() ? dialect().guard() : null;
        gate().conduct().tell("BEGIN");
        return mayMark() ? begin(guard) : checked(guard);
    }

    private Publisher<Void> begin(@Nullable WriteGuard guard) {
        return guard == null ? plain() : guarded(guard);
    }

    /** Whether nothing is in the way of its marker, as far as that is known. */
    private boolean mayMark() {
        return mark == null || markers == null || markers.isReady();
    }

    /** The first transaction that is to leave a marker asks whether it can, before it begins. */
    private Publisher<Void> checked(@Nullable WriteGuard guard) {
        return requireNonNull(markers)
                .check(lease().connection(), definition().name())
                .then(Mono.defer(() -> Mono.fromDirect(begin(guard))));
    }

    /** Once more, because it may have waited for its connection. */
    private void requireWritable() {
        if (!definition().isReadOnly()) {
            try {
                sentinel.requireWritable(definition().name());
            } catch (DatabaseReadOnlyException takesNoWrites) {
                refused = true;
                throw takesNoWrites;
            }
        }
    }

    /** What was refused here was not sent. */
    @Override
    boolean survives(Throwable beginError) {
        return beginError instanceof DatabaseReadOnlyException
                || beginError instanceof CommitMarkerException
                || super.survives(beginError);
    }

    private Publisher<Void> plain() {
        return dialect().begin(lease().connection(), definition());
    }

    private Publisher<Void> guarded(WriteGuard guard) {
        if (lease().isTakenOver()) { // also if its turn has come meanwhile: the driver may not know
            return Mono.fromDirect(guard.beginBehindCommit(lease().connection(), definition()))
                    .flatMap(own -> own ? Mono.empty() : Mono.error(notItsOwn()));
        }
        if (lease().isSuspect()) {
            return Mono.fromDirect(guard.beginAndLook(lease().connection(), definition()))
                    .doOnNext(up -> lease().suspect(!up))
                    .then();
        }
        return plain();
    }

    private IllegalStateException notItsOwn() {
        return new IllegalStateException(definition().name()
                + ": BEGIN found the transaction before it still open; the connection will be destroyed");
    }

    @Override
    void begun() {
        begun = true;
        super.begun();
    }

    @Override
    void beginFailed(Throwable error) {
        lookWhereItLeads(LifePhase.BEGINNING, error);
        super.beginFailed(error);
    }

    @Override
    Mono<Void> release() {
        lookWhereItLed();
        if (begun) { // so COMMIT or ROLLBACK was answered, or it is not given back
            lease().answered();
        }
        return super.release();
    }

    @Override
    Mono<Void> destroy() {
        lookWhereItLed();
        return super.destroy();
    }

    private void lookWhereItLed() {
        Throwable first = gate().firstError();
        if (begun && first != null) {
            lookWhereItLeads(LifePhase.ACTIVE, first);
        }
    }

    /** Whether it leads to a database that cannot write, although BEGIN has said that it is to; what was refused here says nothing. */
    private void lookWhereItLeads(LifePhase phase, Throwable error) {
        if (!definition().isReadOnly()
                && !(error instanceof DatabaseReadOnlyException)
                && orElse(false, () -> dialect().classify(phase, error) == FailureClass.READ_ONLY)) {
            if (lease().demoted()) {
                sentinel.demoted();
            }
        }
    }

    /** What is behind it has run outside a transaction then, and without what BEGIN sets. */
    @Override
    @Nullable
    Throwable notOpened() {
        return inTransaction()
                ? null
                : new IllegalStateException(definition().name()
                        + ": BEGIN was answered, but no transaction is open; the connection will be destroyed");
    }

    /** What fails behind BEGIN in the same flight runs outside a transaction, where the guard stops writes, but not all. */
    @Override
    boolean leftUncertain() {
        return gate().hasSent();
    }

    @Override
    boolean isBehind() {
        return lease().isBehind();
    }

    @Override
    void onTurn(Runnable task) {
        lease().onTurn(task);
    }

    @Override
    boolean mayOverlap() {
        WriteGuard guard = dialect().guard();
        return guard != null
                && guard.overlaps()
                && lease().isGuarded()
                && leavesNothing()
                && gate().conduct().isPlain()
                && !gate().isInterrupted()
                && !gate().isDoubtful();
    }

    @Override
    boolean hasOnlyRead() {
        return definition().isReadOnly()
                && definition().getAttribute(TransactionDefinition.ISOLATION_LEVEL) != IsolationLevel.SERIALIZABLE
                && gate().conduct().isReading();
    }

    @Override
    void handOver() {
        lease().handOver();
    }

    @Override
    @Nullable
    Verdict obstacle(String name) {
        boolean inTransaction = inTransaction(); // first, because not to be able to tell is an obstacle too
        Verdict obstacle = super.obstacle(name);
        return obstacle != null || inTransaction ? obstacle : Verdict.endedInside(name);
    }

    @Override
    void commit(ControlCommand commit) {
        gate().abandonOpen();
        committing = true;
        gate().conduct().tell("COMMIT");
        commit.run(() -> mark == null
                ? dialect().commit(lease().connection())
                : mark.thenCommit(
                        lease().connection(), dialect(), !gate().conduct().isPlain()));
    }

    @Override
    Verdict verdict(String name, ControlCommand commit, @Nullable Throwable error) {
        committed = error == null;
        return Verdict.of(
                name,
                gate().firstError(),
                mark == null ? null : mark.refusal(name),
                commit,
                error,
                this::commitAnswer,
                refusal -> orElse(refusal, () -> describe(name, refusal)));
    }

    private CommitAnswer commitAnswer(Throwable error) {
        return mark != null && mark.isUnsent()
                ? CommitAnswer.NOT_SENT
                : orElse(CommitAnswer.UNKNOWN, () -> dialect().commitAnswer(error));
    }

    /**
     * A read-only transaction needs no marker to be resolved. One that was ended inside its function cannot be: what that has
     * made durable has left none.
     */
    @Override
    @Nullable
    Doubt doubt() {
        if (!committing) {
            return null;
        }
        if (mark != null) {
            return mark.doubt();
        }
        CommitVerification verification = definition().verification();
        return verification.leavesMarker() ? new Doubt(null, verification) : null;
    }

    @Override
    boolean rollBack(ControlCommand rollback) {
        gate().abandonOpen();
        if (gate().isDoubtful() || !lease().isOpen()) {
            return !rollback.abandon();
        }
        gate().conduct().tell("ROLLBACK");
        undo(rollback, () -> dialect().rollback(lease().connection()));
        return true;
    }

    /** A dialect that cannot tell costs the connection; what is handed over is in somebody else's transaction. */
    @Override
    boolean inTransaction() {
        return !lease().isHandedOver() && orElse(true, () -> dialect().inTransaction(lease().connection()));
    }

    /** A guard that was found down, and is not known to be up again, costs the connection. */
    @Override
    boolean mayBeUsedAgain() {
        return !lease().isSuspect() && !isInTheWay();
    }

    /** Whether the next attempt could meet what this one has left, such as a lock that outlasts ROLLBACK. */
    private boolean isInTheWay() {
        return !committed && definition().retry() != null && gate().conduct().mayOutlastRollback();
    }
}
