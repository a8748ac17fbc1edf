package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class CompactingCumulatorTest {

    private static final int FRAME = 19;
    private static final int CHUNK = FRAME * 400;
    private static final int CHUNKS = 500;
    private static final int BOUND = 4 * CHUNK;

    private long sent;
    private long seen;

    @Test
    void theBufferMustStaySmallWhileAConsumerIsSlow() {
        EmbeddedChannel channel = new EmbeddedChannel(new CompactingCumulator.Installer(), decoder());

        assertThat(largestBuffer(channel)).isLessThan(BOUND);
    }

    @Test
    void nettysOwnCumulatorMustStillNeedIt() {
        EmbeddedChannel channel = new EmbeddedChannel(decoder());

        assertThat(largestBuffer(channel)).isGreaterThan(10 * BOUND);
    }

    @Test
    void theInstallerMustWaitForTheDecoderAndThenLeave() {
        EmbeddedChannel channel = new EmbeddedChannel(new CompactingCumulator.Installer());

        channel.writeInbound(Unpooled.buffer().writeByte('S'));

        assertThat(channel.<ByteBuf>readInbound().readByte()).isEqualTo((byte) 'S');
        assertThat(channel.pipeline().get(CompactingCumulator.Installer.class)).isNotNull();

        channel.pipeline().addLast(decoder());
        channel.writeInbound(frames(FRAME));

        assertThat(channel.<ByteBuf>readInbound().readableBytes()).isEqualTo(FRAME);
        assertThat(channel.pipeline().get(CompactingCumulator.Installer.class)).isNull();
        channel.finishAndReleaseAll();
    }

    /** The consumer always holds a message when the decoder looks, and has let go of it when the next bytes arrive. */
    private int largestBuffer(EmbeddedChannel channel) {
        int largest = 0;
        Deque<ByteBuf> held = new ArrayDeque<>();
        channel.writeInbound(frames(FRAME / 2)); // so that no read ends where a message ends
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            channel.writeInbound(frames(CHUNK));
            for (ByteBuf frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
                largest = Math.max(largest, frame.unwrap().capacity());
                held.add(frame);
            }
            held.forEach(this::check);
            held.clear();
        }
        channel.finishAndReleaseAll();
        assertThat(seen).isEqualTo(sent / FRAME).isPositive();
        return largest;
    }

    private void check(ByteBuf frame) {
        assertThat(frame.getByte(0)).isEqualTo((byte) 'D');
        assertThat(frame.getLong(5)).isEqualTo(seen++);
        frame.release();
    }

    /** The next bytes of an endless series of messages: a type, a length, a number, and filling. */
    private ByteBuf frames(int bytes) {
        ByteBuf chunk = Unpooled.buffer(bytes);
        ByteBuf frame = Unpooled.buffer(FRAME);
        for (int i = 0; i < bytes; i++, sent++) {
            int position = (int) (sent % FRAME);
            frame.clear();
            frame.writeByte('D').writeInt(FRAME - 1).writeLong(sent / FRAME).writeZero(FRAME - 13);
            chunk.writeByte(frame.getByte(position));
        }
        frame.release();
        return chunk;
    }

    private static LengthFieldBasedFrameDecoder decoder() {
        return new LengthFieldBasedFrameDecoder(Integer.MAX_VALUE - 5, 1, 4, -4, 0);
    }
}
