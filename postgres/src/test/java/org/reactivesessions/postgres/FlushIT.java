package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.spi.ConnectionFactory;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpResources;

/** How often the socket is written to, which is the most expensive thing a transaction on a fast network does. */
@ExtendWith(PostgresExtension.class)
class FlushIT {

    private static final TransactionOptions DEFAULTS = TransactionOptions.defaults();
    private static final int QUEUED = 20;

    private final AtomicLong flushes = new AtomicLong();
    private final ReactiveSessions sessions;

    FlushIT(TestDatabase database) {
        LoopResources counting = new DriverLoops(
                new CountingLoops(),
                ServerFixture.PATIENCE,
                new ServerWatch(SSLMode.DISABLE, true, WireLimits.defaults()));
        sessions = ReactiveSessions.builder(factory(database, PostgresDialect.GUARD_PARAMETERS, counting))
                .healthConnections(factory(database, Map.of(), TcpResources.get()))
                .dialect(new PostgresDialect())
                .pool(ServerFixture.roomyPool(1).maxPending(QUEUED))
                .build();
    }

    private static ConnectionFactory factory(
            TestDatabase database, Map<String, String> parameters, LoopResources loops) {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(database.host())
                .port(database.port())
                .database(database.database())
                .username(database.username())
                .password(database.password())
                .options(parameters)
                .loopResources(loops)
                .build());
    }

    /** The shared loops, whose channels count what reaches the socket. */
    private final class CountingLoops implements LoopResources {

        @Override
        public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
            C channel = TcpResources.get().onChannel(type, group);
            channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
                @Override
                public void flush(ChannelHandlerContext context) {
                    flushes.incrementAndGet();
                    context.flush();
                }
            });
            return channel;
        }

        @Override
        public <C extends Channel> Class<? extends C> onChannelClass(Class<C> type, EventLoopGroup group) {
            return TcpResources.get().onChannelClass(type, group);
        }

        @Override
        public EventLoopGroup onClient(boolean useNative) {
            return TcpResources.get().onClient(useNative);
        }

        @Override
        public EventLoopGroup onServer(boolean useNative) {
            return TcpResources.get().onServer(useNative);
        }

        @Override
        public EventLoopGroup onServerSelect(boolean useNative) {
            return TcpResources.get().onServerSelect(useNative);
        }
    }

    @AfterEach
    void close() {
        sessions.close().block(ServerFixture.PATIENCE);
    }

    private static Mono<Integer> read(Session session) {
        return session.sql("SELECT $1::int", 1).one(row -> row.get(0, Integer.class));
    }

    /**
     * Of work that begins on the loop of the connection, where nothing can come in between, behind a transaction that prepares
     * the text.
     */
    private long flushesOf(Mono<?> work) {
        AtomicLong before = new AtomicLong();
        sessions.withTransaction(FlushIT::read)
                .doOnSuccess(read -> before.set(flushes.get()))
                .then(Mono.defer(() -> work))
                .then(sessions.quiesced())
                .block(ServerFixture.PATIENCE);
        return flushes.get() - before.get();
    }

    /** BEGIN with the statement, and COMMIT. */
    @Test
    void aReadMustBeWrittenInTwo() {
        assertThat(flushesOf(sessions.withTransaction(FlushIT::read))).isEqualTo(2);
    }

    /** Each COMMIT with BEGIN and the statement of whoever comes next. */
    @Test
    void readsInAQueueMustBeWrittenInOneEach() {
        Mono<Integer> read = sessions.withTransaction(DEFAULTS.readOnly(), FlushIT::read);

        assertThat(flushesOf(Flux.range(0, QUEUED).flatMap(any -> read, QUEUED).then()))
                .isEqualTo(QUEUED + 1);
    }
}
