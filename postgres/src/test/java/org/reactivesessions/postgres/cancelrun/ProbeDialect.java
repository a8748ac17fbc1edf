package org.reactivesessions.postgres.cancelrun;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.WriteGuard;
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
        return begun(physical, definition, super.begin(physical, definition));
    }

    /** Nobody looks at the database beside the traffic: the connections are counted. */
    @Override
    public boolean overridesReadOnly() {
        return false;
    }

    @Override
    public @Nullable WriteGuard guard() {
        WriteGuard sound = super.guard();
        return sound == null ? null : new Probe(sound);
    }

    private <T> Mono<T> begun(Connection physical, TransactionDefinition definition, Publisher<T> begin) {
        Track track = tracks.apply(requireNonNull(definition.getAttribute(TransactionDefinition.NAME)));
        current.put(physical, track);
        return Mono.defer(() -> {
            track.beginSent(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
            return Mono.from(begin).doOnSuccess(begun -> track.enter(Step.BEGUN));
        });
    }

    /** The same for the ways in which a guard begins. */
    private final class Probe implements WriteGuard {

        private final WriteGuard sound;

        Probe(WriteGuard sound) {
            this.sound = sound;
        }

        @Override
        public Publisher<Boolean> isUp(Connection physical) {
            return sound.isUp(physical);
        }

        @Override
        public Publisher<Boolean> beginAndLook(Connection physical, TransactionDefinition definition) {
            return begun(physical, definition, sound.beginAndLook(physical, definition));
        }

        @Override
        public boolean overlaps() {
            return sound.overlaps();
        }

        @Override
        public Publisher<Boolean> beginBehindCommit(Connection physical, TransactionDefinition definition) {
            return begun(physical, definition, sound.beginBehindCommit(physical, definition));
        }

        @Override
        public Publisher<Void> lower(Connection physical) {
            return sound.lower(physical);
        }

        @Override
        public Publisher<Void> raise(Connection physical) {
            return sound.raise(physical);
        }
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
