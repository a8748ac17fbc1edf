package org.reactivesessions.postgres;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * The event loops of the driver, whose channels are prepared for us before they connect: the driver has no other place to
 * reach a channel. A channel is read once in a turn of its loop instead of up to 16 times, or a large result would keep a
 * ROLLBACK behind it, and every other connection of that loop, waiting for as many megabytes of rows; what the server sends is
 * looked at before the driver sees it; and a channel is closed if it is not open in time. Thread-safe; shares the loops it is given and ends them only when it is disposed itself.
 */
final class DriverLoops implements LoopResources {

    private final LoopResources shared;
    private final Duration openTimeout;
    private final ServerWatch watch;
    private final boolean pooled;

    /**
     * @param openTimeout for everything it takes to open a connection
     * @param watch what looks at the answers of the server
     */
    DriverLoops(LoopResources shared, Duration openTimeout, ServerWatch watch) {
        this(shared, openTimeout, watch, false);
    }

    private DriverLoops(LoopResources shared, Duration openTimeout, ServerWatch watch, boolean pooled) {
        this.shared = shared;
        this.openTimeout = openTimeout;
        this.watch = watch;
        this.pooled = pooled;
    }

    /** Event loops for connections whose start-up message a pooler reads. */
    static DriverLoops throughPooler(LoopResources shared, Duration openTimeout, ServerWatch watch) {
        return new DriverLoops(shared, openTimeout, watch, true);
    }

    @Override
    public <C extends Channel> C onChannel(Class<C> channelType, EventLoopGroup group) {
        C channel = shared.onChannel(channelType, group);
        watch.install(channel.pipeline());
        channel.pipeline()
                .addLast(new FlushConsolidationHandler(
                        FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true))
                .addLast(WrittenIsSent.INSTANCE)
                .addLast(new CompactingCumulator.Installer())
                .addLast(new OpeningDeadline(openTimeout));
        if (pooled) {
            channel.pipeline().addLast(new TrimmedStartup());
        }
        channel.config().setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(1));
        return channel;
    }

    @Override
    public <C extends Channel> Class<? extends C> onChannelClass(Class<C> channelType, EventLoopGroup group) {
        return shared.onChannelClass(channelType, group);
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return shared.onClient(useNative);
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return shared.onServer(useNative);
    }

    @Override
    public EventLoopGroup onServerSelect(boolean useNative) {
        return shared.onServerSelect(useNative);
    }

    @Override
    public boolean daemon() {
        return shared.daemon();
    }

    @Override
    public boolean isDisposed() {
        return shared.isDisposed();
    }

    @Override
    public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
        return shared.disposeLater(quietPeriod, timeout);
    }
}
