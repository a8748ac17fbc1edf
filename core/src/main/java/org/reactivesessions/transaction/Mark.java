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
    private final UUID token;
    private volatile @Nullable Throwable refusal;

    Mark(CommitMarker marker, CommitVerification verification, Duration commitLimit, LongSupplier nanoTime) {
        this.marker = marker;
        this.verification = verification;
        this.commitLimit = commitLimit;
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
        this.token = marker.token();
    }

    /**
     * Sends the marker, and COMMIT directly behind it: that always ends the transaction, also if the server refuses the marker,
     * and its answer is the one that counts. COMMIT is not sent behind a marker that has not left this process: nobody could
     * find it later.
     */
    Publisher<Void> thenCommit(Connection physical, Dialect dialect) {
        Duration within = Duration.ofNanos(nanoTime.getAsLong() - begun).plus(commitLimit);
        Mono<Void> marking = Mono.fromDirect(marker.mark(physical, token, within, verification.always()))
                .onErrorResume(error -> {
                    refusal = error;
                    return Mono.empty();
                });
        Mono<Void> commit = Mono.defer(() -> {
            Throwable unsent = refusal;
            return unsent == null ? Mono.fromDirect(dialect.commit(physical)) : Mono.error(unsent);
        });
        return Mono.whenDelayError(marking, commit);
    }

    /** Why the marker, and with it COMMIT, was refused, {@code null} if it was not. */
    @Nullable
    TransactionRolledBackException refusal(String name) {
        Throwable error = refusal;
        return error == null ? null : TransactionRolledBackException.forMarker(name, marker.refusal(error), error);
    }

    Doubt doubt() {
        return new Doubt(token, verification);
    }
}
