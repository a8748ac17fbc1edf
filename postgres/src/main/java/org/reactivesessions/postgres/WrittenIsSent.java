package org.reactivesessions.postgres;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Tells the driver that a message was sent when it was written. The driver hands over one message after the other, each when it
 * has heard that of the one before; heard after the flush, every message costs a flush, and so a system call, of its own: BEGIN
 * and the statement behind it, or COMMIT and the BEGIN of whoever comes next.
 *
 * <p>As soon as more waits to be sent than the channel likes to hold, the driver hears the truth, so that a COPY goes no faster
 * than the socket. That a message could not be sent after all is an exception of the channel, which ends the connection.
 *
 * <p>Stateless and thread-safe.
 */
@Sharable
@SuppressWarnings("FutureReturnValueIgnored") // a failure is the channel's exception
final class WrittenIsSent extends ChannelOutboundHandlerAdapter {

    static final WrittenIsSent INSTANCE = new WrittenIsSent();

    private WrittenIsSent() {}

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        Channel channel = context.channel();
        if (channel.isActive() && channel.isWritable() && !promise.isVoid()) {
            context.write(message, context.voidPromise());
            promise.trySuccess();
        } else {
            context.write(message, promise);
        }
    }
}
