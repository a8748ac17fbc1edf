package org.reactivesessions.scripted;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import org.reactivesessions.dialect.WriteGuard;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * A guard whose every step is a command of the script: {@code IS UP}, {@code LOOK} behind BEGIN, {@code LOWER}, {@code RAISE}.
 * It is up unless a test takes it down. Thread-safe.
 */
public final class ScriptedGuard implements WriteGuard {

    private volatile boolean up = true;

    /** Sets what the next look finds. */
    public void isUp(boolean now) {
        up = now;
    }

    private static Mono<Void> command(Connection physical, String text) {
        return Mono.defer(() -> ((ScriptedConnection) physical).send(text, text).end());
    }

    @Override
    public Publisher<Boolean> isUp(Connection physical) {
        return Mono.fromSupplier(() -> up);
    }

    @Override
    public Publisher<Boolean> beginAndLook(Connection physical, TransactionDefinition definition) {
        return Mono.fromDirect(physical.beginTransaction(definition))
                .then(command(physical, "LOOK"))
                .then(Mono.fromSupplier(() -> up));
    }

    @Override
    public boolean overlaps() {
        return false;
    }

    @Override
    public Publisher<Boolean> beginBehindCommit(Connection physical, TransactionDefinition definition) {
        return Mono.error(new UnsupportedOperationException("nothing overlaps here"));
    }

    @Override
    public Publisher<Void> lower(Connection physical) {
        return command(physical, "LOWER");
    }

    @Override
    public Publisher<Void> raise(Connection physical) {
        return command(physical, "RAISE");
    }
}
