package org.reactivesessions.testkit.rollback;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Something that is a transaction for whoever does it, and a savepoint in the transaction of the test: it waits for its turn, and ends
 * once. What it sends is sent to its end whoever cancels. Thread-safe.
 */
final class Piece {

    private final SharedTransaction shared;
    private final Turn turn;
    private final String savepoint;
    private final AtomicReference<@Nullable Mono<Void>> begun = new AtomicReference<>();
    private final AtomicBoolean ended = new AtomicBoolean();

    Piece(SharedTransaction shared, Turn turn, String savepoint) {
        this.shared = shared;
        this.turn = turn;
        this.savepoint = savepoint;
    }

    /** Waits for its turn and sets the savepoint; whoever gives that up calls {@link #undo} or {@link #commit}. */
    Mono<Void> begin() {
        return turn.come(shared.patience()).then(Mono.defer(() -> {
            shared.entered(this);
            Mono<Void> setting = shared.savepoint(savepoint);
            begun.set(setting);
            return ended.get() ? Mono.never() : setting;
        }));
    }

    /** Keeps the work; if that fails, nothing is kept and the error is told. */
    Mono<Void> commit() {
        return end(Mono.defer(() -> shared.release(savepoint))
                .onErrorResume(refused -> shared.undo(savepoint).then(Mono.error(refused))));
    }

    /** Undoes the work. */
    Mono<Void> undo() {
        return end(Mono.defer(() -> shared.undo(savepoint)));
    }

    private Mono<Void> end(Mono<Void> how) {
        return Mono.defer(() -> {
            if (!ended.compareAndSet(false, true)) {
                return Mono.empty();
            }
            Mono<Void> beginning = begun.get();
            return beginning == null
                    ? Mono.fromRunnable(this::over)
                    : beginning
                            .onErrorComplete()
                            .then(how)
                            .doFinally(signal -> over())
                            .cache();
        });
    }

    private void over() {
        shared.left(this);
        turn.over();
    }
}
