package org.reactivesessions.postgres;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.api.CopyInBuilder;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * COPY FROM STDIN behind the gate. A COPY that is cancelled, or fails while its data still flows, leaves the driver waiting
 * for the rest of the data, with everything behind it unwritten; so its data is cut off, and the connection is declared
 * uncertain and will be destroyed. Not thread-safe.
 */
final class GatedCopyIn implements CopyInBuilder {

    private final StatementGate gate;
    private final String sql;
    private final PostgresqlConnection physical;
    private @Nullable Publisher<? extends Publisher<ByteBuf>> stdin;

    GatedCopyIn(StatementGate gate, String sql, PostgresqlConnection physical) {
        this.gate = gate;
        this.sql = sql;
        this.physical = physical;
    }

    @Override
    public CopyInBuilder fromMany(Publisher<? extends Publisher<ByteBuf>> data) {
        stdin = Objects.requireNonNull(data, "stdin must not be null");
        return this;
    }

    @Override
    public Mono<Long> build() {
        Publisher<? extends Publisher<ByteBuf>> data =
                Objects.requireNonNull(stdin, "stdin must not be null; give the data to from(…) or fromMany(…)");
        return gate.mono(sql, Mono.defer(() -> copy(data)));
    }

    private Mono<Long> copy(Publisher<? extends Publisher<ByteBuf>> data) {
        AtomicBoolean dataEnded = new AtomicBoolean();
        Sinks.Empty<Void> stop = Sinks.empty();
        Flux<? extends Publisher<ByteBuf>> stoppable = Flux.from(data)
                .map(part -> Flux.from(part).takeUntilOther(stop.asMono()))
                .takeUntilOther(stop.asMono())
                .doOnComplete(() -> dataEnded.set(true));
        return physical.copyIn(sql)
                .fromMany(stoppable)
                .build()
                .doOnError(error -> breakOff(dataEnded, stop))
                .doOnCancel(() -> {
                    gate.doubt();
                    stop.tryEmitEmpty();
                });
    }

    private void breakOff(AtomicBoolean dataEnded, Sinks.Empty<Void> stop) {
        if (!dataEnded.get()) {
            gate.doubt();
            stop.tryEmitEmpty();
        }
    }
}
