package org.reactivesessions.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.nio.charset.StandardCharsets;

/**
 * Waits in a channel for the driver's start-up message, takes the one parameter out of it that the driver cannot be told to
 * leave out and that a pooler refuses, and leaves. Since PostgreSQL 12 that parameter changes nothing: what the driver asks
 * for is what the server does by itself. What is encrypted is encrypted behind it. One for each channel.
 */
final class TrimmedStartup extends ChannelOutboundHandlerAdapter {

    private static final String DROPPED = "extra_float_digits";
    private static final int PROTOCOL_3 = 3 << 16;
    private static final int HEADER = 2 * Integer.BYTES;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        Object sent = message;
        if (message instanceof ByteBuf bytes && isStartup(bytes)) {
            context.pipeline().remove(this);
            sent = trimmed(context, bytes);
        }
        super.write(context, sent, promise);
    }

    /** The one message that begins with its length, which no request for encryption or to cancel shares with its code. */
    private static boolean isStartup(ByteBuf bytes) {
        int start = bytes.readerIndex();
        return bytes.readableBytes() > HEADER
                && bytes.getInt(start) == bytes.readableBytes()
                && bytes.getInt(start + Integer.BYTES) == PROTOCOL_3;
    }

    private static ByteBuf trimmed(ChannelHandlerContext context, ByteBuf startup) {
        ByteBuf out = context.alloc().ioBuffer(startup.readableBytes());
        try {
            out.writeInt(0).writeInt(PROTOCOL_3);
            startup.skipBytes(HEADER);
            for (ByteBuf name = text(startup); name.readableBytes() > 1; name = text(startup)) {
                ByteBuf value = text(startup);
                if (!DROPPED.equals(
                        name.toString(name.readerIndex(), name.readableBytes() - 1, StandardCharsets.UTF_8))) {
                    out.writeBytes(name).writeBytes(value);
                }
            }
            out.writeByte(0);
            out.setInt(0, out.readableBytes());
            return out;
        } finally {
            startup.release();
        }
    }

    /** The next text with the zero that ends it, or nothing at the end of the message. */
    private static ByteBuf text(ByteBuf message) {
        int length = message.bytesBefore((byte) 0) + 1;
        return message.readSlice(length);
    }
}
