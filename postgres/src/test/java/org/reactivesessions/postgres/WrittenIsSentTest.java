package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class WrittenIsSentTest {

    private static final int MOST = 1_024;

    private static EmbeddedChannel channel() {
        EmbeddedChannel channel = new EmbeddedChannel(WrittenIsSent.INSTANCE);
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(MOST / 2, MOST));
        return channel;
    }

    private static ByteBuf message(int bytes) {
        return Unpooled.wrappedBuffer(new byte[bytes]);
    }

    @Test
    void aMessageMustBeCalledSentBeforeItIsFlushed() {
        EmbeddedChannel channel = channel();

        ChannelFuture first = channel.pipeline().write(message(3));
        ChannelFuture second = channel.pipeline().write(message(4));

        assertThat(first.isSuccess()).isTrue();
        assertThat(second.isSuccess()).isTrue();
        assertThat(channel.outboundMessages()).isEmpty();
        channel.flush();
        assertThat(channel.outboundMessages()).containsExactly(message(3), message(4));
        channel.finishAndReleaseAll();
    }

    @Test
    void aFullChannelMustBeWaitedFor() {
        EmbeddedChannel channel = channel();

        assertThat(channel.pipeline().write(message(MOST + 1)).isSuccess()).isTrue();
        ChannelFuture waiting = channel.pipeline().write(message(1));

        assertThat(waiting.isDone()).isFalse();
        channel.flush();
        assertThat(waiting.isSuccess()).isTrue();
        assertThat(channel.writeOneOutbound(message(1)).isSuccess()).isTrue();
        channel.flush();
        channel.finishAndReleaseAll();
    }

    @Test
    void aClosedChannelMustFailTheWrite() {
        EmbeddedChannel channel = channel();
        channel.close().syncUninterruptibly();
        ByteBuf message = message(1);

        ChannelFuture late = channel.pipeline().write(message);

        assertThat(late.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(message.refCnt()).isZero();
    }

    @Test
    void aMessageThatCannotBeSentAfterAllMustBeTheChannelsException() {
        EmbeddedChannel channel = channel();
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                ((ByteBuf) message).release();
                promise.tryFailure(new IOException("planted"));
            }
        });

        assertThat(channel.pipeline().write(message(1)).isSuccess()).isTrue();

        assertThatThrownBy(channel::checkException).hasMessage("planted");
    }
}
