package org.reactivesessions.postgres.doubt;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.UUID;
import org.reactivesessions.dialect.CommitMarker;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.postgres.mutant.DelegatingDialect;
import org.reactivestreams.Publisher;

/** A dialect whose commit markers have a planted error. Thread-safe. */
final class PlantedDialect extends DelegatingDialect {

    private final CommitMarker marker;

    PlantedDialect(Dialect sound, Planted planted) {
        super(sound);
        this.marker = new Marker(requireNonNull(sound.marker()), planted);
    }

    @Override
    public CommitMarker marker() {
        return marker;
    }

    private record Marker(CommitMarker sound, Planted planted) implements CommitMarker {

        @Override
        public String readiness() {
            return sound.readiness();
        }

        @Override
        public UUID token() {
            return sound.token();
        }

        @Override
        public Publisher<Void> mark(Connection physical, UUID token, Duration within, boolean always) {
            return sound.mark(physical, token, planted.within(within), always);
        }

        @Override
        public String refusal(Throwable error) {
            return sound.refusal(error);
        }

        @Override
        public String resolution(UUID token) {
            return planted.resolution(token, sound.resolution(token));
        }

        @Override
        public String purge() {
            return sound.purge();
        }

        @Override
        public String claim() {
            return sound.claim();
        }
    }
}
