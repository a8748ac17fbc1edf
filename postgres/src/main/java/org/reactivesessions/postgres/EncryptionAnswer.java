package org.reactivesessions.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * Waits in front of the driver for the server's answer to the request for encryption, closes the channel behind an answer that
 * ends the matter, and leaves. The driver gives up on such a server and leaves its channel open. One for each channel.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody needs to hear of the close
final class EncryptionAnswer extends ChannelInboundHandlerAdapter {

    private static final byte YES = 'S';
    private static final byte NO = 'N';

    private final boolean required;

    /** @param required whether there is no connection without encryption */
    EncryptionAnswer(boolean required) {
        this.required = required;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        byte answer = message instanceof ByteBuf bytes && bytes.isReadable() ? bytes.getByte(bytes.readerIndex()) : NO;
        context.pipeline().remove(this);
        if (answer == YES || answer == NO) {
            context.fireChannelRead(message);
        } else {
            ReferenceCountUtil.release(message); // it would throw, and wait for ever; of the close it hears
        }
        if (answer != YES && (required || answer != NO)) {
            context.close();
        }
    }

    /** Waits until the driver, which puts itself first, has asked, puts this in front of it, and leaves. */
    static final class Installer extends ChannelInboundHandlerAdapter {

        private final boolean required;

        /** @param required whether there is no connection without encryption */
        Installer(boolean required) {
            this.required = required;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.pipeline().addFirst(new EncryptionAnswer(required));
            context.pipeline().remove(this);
            context.fireChannelActive();
        }
    }
}
