package org.reactivesessions.postgres.cancelrun;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.postgres.mutant.DelegatingDialect;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Marks when BEGIN, COMMIT and ROLLBACK of a transaction are sent and answered; changes nothing. Thread-safe. */
final class ProbeDialect extends DelegatingDialect {

    private final Function<String, Track> tracks;
    private final Map<Connection, Track> current = new ConcurrentHashMap<>();

    /**
     * @param tracks finds a transaction by its name
     */
    ProbeDialect(Dialect delegate, Function<String, Track> tracks) {
        super(delegate);
        this.tracks = tracks;
    }

    @Override
    public Publisher<Void> begin(Connection physical, TransactionDefinition definition) {
        Track track = tracks.apply(requireNonNull(definition.getAttribute(TransactionDefinition.NAME)));
        current.put(physical, track);
        Publisher<Void> begin = super.begin(physical, definition);
        return Mono.defer(() -> {
            track.beginSent(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
            return Mono.from(begin).doOnSuccess(begun -> track.enter(Step.BEGUN));
        });
    }

    @Override
    public Publisher<Void> commit(Connection physical) {
        return marked(physical, super.commit(physical), Step.COMMITTING, Step.COMMITTED);
    }

    @Override
    public Publisher<Void> rollback(Connection physical) {
        return marked(physical, super.rollback(physical), Step.ROLLING_BACK, Step.ROLLED_BACK);
    }

    private Mono<Void> marked(Connection physical, Publisher<Void> command, Step sent, Step answered) {
        Track track = requireNonNull(current.get(physical));
        return Mono.defer(() -> {
            track.enter(sent);
            return Mono.from(command).doOnSuccess(done -> track.enter(answered));
        });
    }
}
