package org.reactivesessions.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.ByteToMessageDecoder.Cumulator;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;

/**
 * Collects received bytes until they make a message, in a buffer that forgets what was read before it grows.
 *
 * <p>Netty's own cumulator drops the read part only after a read that leaves no message in anyone's hands. With a consumer
 * slower than the server there is no such read: messages wait whenever the decoder looks, and are gone whenever the next
 * bytes arrive, so the buffer grows by everything that was ever received until the direct memory of the process is used up.
 *
 * <p>Stateless and thread-safe.
 */
final class CompactingCumulator implements Cumulator {

    private static final CompactingCumulator INSTANCE = new CompactingCumulator();

    private CompactingCumulator() {}

    @Override
    public ByteBuf cumulate(ByteBufAllocator allocator, ByteBuf cumulation, ByteBuf in) {
        boolean mustGrow = in.readableBytes() > cumulation.writableBytes();
        if (mustGrow && cumulation.readerIndex() > 0 && cumulation.refCnt() == 1 && !cumulation.isReadOnly()) {
            cumulation.discardReadBytes(); // nobody else holds a part of it, so its bytes may move
        }
        return ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, cumulation, in);
    }

    /** Waits at the head of a channel for its first bytes, gives the driver's decoder the cumulator, and leaves. */
    static final class Installer extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            LengthFieldBasedFrameDecoder decoder = context.pipeline().get(LengthFieldBasedFrameDecoder.class);
            if (decoder != null) {
                decoder.setCumulator(INSTANCE);
                context.pipeline().remove(this);
            }
            context.fireChannelRead(message);
        }
    }
}
