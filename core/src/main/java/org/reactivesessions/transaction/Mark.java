package org.reactivesessions.transaction;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.CommitMarker;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** The marker of one transaction. Belongs to the executor of its connection; what it has become is read anywhere. */
final class Mark {

    private final CommitMarker marker;
    private final CommitVerification verification;
    private final Duration commitLimit;
    private final LongSupplier nanoTime;
    private final long begun;
    /** Made with COMMIT, because its age counts. */
    private volatile @Nullable UUID token;

    private volatile @Nullable Throwable refusal;
    private volatile boolean unsent;

    Mark(CommitMarker marker, CommitVerification verification, Duration commitLimit, LongSupplier nanoTime) {
        this.marker = marker;
        this.verification = verification;
        this.commitLimit = commitLimit;
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
    }

    /**
     * Sends the marker, and COMMIT directly behind it: that always ends the transaction, also if the server refuses the marker,
     * and its answer is the one that counts. COMMIT is not sent behind a marker that has not left this process: nobody could
     * find it later.
     *
     * @param always whether to leave it even if nothing was written yet, because COMMIT itself may write
     */
    Publisher<Void> thenCommit(Connection physical, Dialect dialect, boolean always) {
        UUID own = marker.token();
        token = own;
        Duration within = Duration.ofNanos(nanoTime.getAsLong() - begun).plus(commitLimit);
        Mono<Void> marking = Mono.fromDirect(marker.mark(physical, own, within, always || verification.always()))
                .onErrorResume(error -> {
                    refusal = error;
                    return Mono.empty();
                });
        Mono<Void> commit = Mono.defer(() -> {
            Throwable failed = refusal;
            unsent = failed != null && !dialect.isServerError(failed);
            return failed != null && unsent ? Mono.error(failed) : Mono.fromDirect(dialect.commit(physical));
        });
        return Mono.whenDelayError(marking, commit);
    }

    /** Whether COMMIT was not sent, because its marker was not. */
    boolean isUnsent() {
        return unsent;
    }

    /** Why the marker, and with it COMMIT, was refused, {@code null} if it was not. */
    @Nullable
    TransactionRolledBackException refusal(String name) {
        Throwable error = refusal;
        return error == null ? null : TransactionRolledBackException.forMarker(name, marker.refusal(error), error);
    }

    /** What there is to ask for, once COMMIT is on its way; {@code null} before. */
    @Nullable
    Doubt doubt() {
        UUID own = token;
        return own == null ? null : new Doubt(own, verification);
    }
}
