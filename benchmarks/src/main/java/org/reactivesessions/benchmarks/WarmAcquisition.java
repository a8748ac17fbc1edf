package org.reactivesessions.benchmarks;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.postgres.PostgresSessions;
import reactor.core.publisher.Mono;

/** How long does it take to get a connection that is there, and to give it back? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class WarmAcquisition {

    /** Whose pool; by hand it is r2dbc-pool alone. */
    @Param({"ours", "byhand", "jdbc"})
    public String contender = "ours";

    private @Nullable Ground ground;
    private @Nullable Runnable acquire;
    private @Nullable Runnable end;

    /** Made by JMH. */
    public WarmAcquisition() {}

    /** Makes the pool. */
    @Setup
    public void open() throws SQLException {
        Ground made = Ground.tidy();
        ground = made;
        Endpoint endpoint = made.bench().direct();
        switch (Entrant.named(contender)) {
            case OURS -> ours(endpoint);
            case BYHAND -> byHand(endpoint);
            case JDBC -> jdbc(endpoint);
            default -> throw new IllegalArgumentException(contender + " has no pool of its own here");
        }
    }

    private void ours(Endpoint endpoint) {
        ReactiveSessions sessions = PostgresSessions.builder()
                .url(endpoint.r2dbcUrl())
                .pool(Ours.POOL_OPTIONS)
                .build();
        Mono<Void> nothing = sessions.withSession(session -> Mono.empty());
        acquire = () -> nothing.block(Load.PATIENCE);
        end = () -> sessions.close().block(Load.PATIENCE);
    }

    private void byHand(Endpoint endpoint) {
        ConnectionPool pool = UsingWhen.pool(endpoint, Contender.POOL);
        Mono<Void> nothing = Mono.usingWhen(pool.create(), connection -> Mono.empty(), Connection::close);
        acquire = () -> nothing.block(Load.PATIENCE);
        end = () -> pool.disposeLater().block(Load.PATIENCE);
    }

    private void jdbc(Endpoint endpoint) {
        JdbcScope scope = new JdbcScope(endpoint, Contender.POOL);
        acquire = () -> scope.onConnection(connection -> 0);
        end = scope::close;
    }

    /** Closes everything. */
    @TearDown
    public void close() {
        if (end != null) {
            end.run();
        }
        if (ground != null) {
            ground.close();
        }
    }

    /** By one caller. */
    @Benchmark
    @Threads(1)
    public void callers1() {
        Objects.requireNonNull(acquire).run();
    }

    /** By as many as there are connections. */
    @Benchmark
    @Threads(Contender.POOL)
    public void callers16() {
        Objects.requireNonNull(acquire).run();
    }
}
