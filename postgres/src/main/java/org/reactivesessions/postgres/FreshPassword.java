package org.reactivesessions.postgres;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import org.reactivesessions.postgres.PasswordSource.NoPasswordException;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Asks for a password before each connection is opened, and once more if the server does not take it, because it may have been
 * changed in between. It travels to the driver in the Context of the connection that is opened, and nowhere else. Thread-safe.
 *
 * @param driver opens connections with what {@link #ofContext} says
 * @param source knows passwords
 * @param limit how long the source may take
 */
record FreshPassword(ConnectionFactory driver, PasswordSource source, Duration limit) implements ConnectionFactory {

    /** The class of SQLSTATEs of a password that is wrong, and of tokens that have expired. */
    private static final String NOT_LET_IN = "28";

    private static final Object KEY = new Object();

    /** So that no Context shows it. */
    private record Kept(CharSequence password) {

        @Override
        public String toString() {
            return "password";
        }
    }

    /** The password of the connection that is being opened. */
    static Publisher<CharSequence> ofContext() {
        return Mono.deferContextual(context -> Mono.just(context.<Kept>get(KEY).password()));
    }

    @Override
    public Mono<Connection> create() {
        return once().onErrorResume(FreshPassword::isRefusal, refusal -> once());
    }

    private Mono<Connection> once() {
        return source.ask(limit)
                .flatMap(password ->
                        Mono.<Connection>from(driver.create()).contextWrite(Context.of(KEY, new Kept(password))));
    }

    private static boolean isRefusal(Throwable error) {
        return error instanceof R2dbcException known
                && !(error instanceof NoPasswordException)
                && known.getSqlState() != null
                && known.getSqlState().startsWith(NOT_LET_IN);
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return driver.getMetadata();
    }
}
