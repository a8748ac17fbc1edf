package org.reactivesessions.testkit.sessions;

import java.util.function.Function;
import org.reactivesessions.Session;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * Something that is a transaction for the code under test and is under way, as those inside it find it in the Reactor Context.
 *
 * @param home the sessions it belongs to, and its key in the Context
 * @param options what it was asked to be
 * @param hooks what was registered around its end
 */
record RollbackScope(RollbackSessions home, TransactionOptions options, TestHooks hooks) {

    /** A scope nested in this one, with hooks of its own. */
    RollbackScope nested() {
        return new RollbackScope(home, options, new TestHooks());
    }

    /** Calls the function of the code under test. */
    <T> Flux<T> call(Session session, Function<? super Session, ? extends Publisher<? extends T>> function) {
        Publisher<? extends T> work = function.apply(new RollbackSession(session, this));
        if (work == null) {
            throw new NullPointerException(
                    options.name() + ": the function returned null; return Mono.empty() for no value");
        }
        return Flux.<T>from(work).contextWrite(context -> context.put(home, this));
    }
}
