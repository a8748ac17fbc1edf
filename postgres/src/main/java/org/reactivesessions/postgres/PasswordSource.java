package org.reactivesessions.postgres;

import io.r2dbc.spi.R2dbcPermissionDeniedException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Where the password of every new connection comes from. Nothing is kept, logged or shown. Thread-safe as its publisher is. */
final class PasswordSource {

    private final Publisher<? extends CharSequence> publisher;

    PasswordSource(Publisher<? extends CharSequence> publisher) {
        this.publisher = publisher;
    }

    /**
     * Asks for a password.
     *
     * @param limit how long the answer may take
     * @return a cold mono of a text that is not empty; its error says that the source failed, and is no outage of the database
     */
    Mono<CharSequence> ask(Duration limit) {
        return Mono.defer(() -> Mono.<CharSequence>from(publisher))
                .filter(password -> !password.isEmpty())
                .timeout(limit, Mono.error(() -> new Silent(limit)), Schedulers.parallel())
                .onErrorMap(failed ->
                        failure(failed instanceof Silent ? String.valueOf(failed.getMessage()) : "it failed", failed))
                .switchIfEmpty(Mono.error(() -> failure("it gave none", null)));
    }

    /** Without a SQLSTATE, because the database was not asked. */
    private static NoPasswordException failure(String why, @Nullable Throwable cause) {
        return new NoPasswordException("the source of the password was asked for one, and " + why, cause);
    }

    /** The time of the source is over. */
    private static final class Silent extends TimeoutException {

        private static final long serialVersionUID = 1L;

        Silent(Duration limit) {
            super("it did not answer within " + limit.toMillis()
                    + " ms, which is half of the time to open a connection");
        }
    }

    /** There is no password to log in with. */
    static final class NoPasswordException extends R2dbcPermissionDeniedException {

        private static final long serialVersionUID = 1L;

        NoPasswordException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    @Override
    public String toString() {
        return "PasswordSource";
    }
}
