package org.reactivesessions.postgres;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.reactivesessions.testkit.mock.ServerMessage;

/**
 * What it costs to look at the messages of a server, on reads of 64 KiB that are full of rows: time and bytes of a read with and
 * without. The main method prints both.
 */
final class ServerMessagesCost {

    private static final int READ = 65_536;
    private static final int ROUNDS = 7;
    private static final int READS = 20_000;

    private final ByteBuf read;
    private final int messages;
    private final EmbeddedChannel looking;
    private final EmbeddedChannel without;

    private ServerMessagesCost(byte[] row, EmbeddedChannel looking, EmbeddedChannel without) {
        messages = READ / row.length;
        byte[] rows = new byte[messages * row.length];
        for (int i = 0; i < messages; i++) {
            System.arraycopy(row, 0, rows, i * row.length, row.length);
        }
        read = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(rows));
        this.looking = looking;
        this.without = without;
    }

    /** Takes everything, in place of the driver. */
    private static final class Sink extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ((ByteBuf) message).readerIndex(0);
        }
    }

    /** Of rows with one column. */
    static ServerMessagesCost of(byte[] column) {
        WireLimits limits = WireLimits.defaults();
        EmbeddedChannel looking =
                new EmbeddedChannel(new ServerMessages(limits.messageSize(), new LogIn(limits, false)));
        looking.pipeline().addLast(new LengthFieldBasedFrameDecoder(Integer.MAX_VALUE - 5, 1, 4, -4, 0));
        looking.writeInbound(
                Unpooled.wrappedBuffer(ServerMessage.authenticationOk().bytes()));
        looking.releaseInbound();
        looking.pipeline().removeLast();
        looking.pipeline().addLast(new Sink());
        return new ServerMessagesCost(
                ServerMessage.of('D', new byte[2 + 4 + column.length]).bytes(),
                looking,
                new EmbeddedChannel(new Sink()));
    }

    private void read(EmbeddedChannel channel, int times) {
        for (int i = 0; i < times; i++) {
            channel.pipeline().fireChannelRead(read);
        }
    }

    double bytesPerRead(int times) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        read(looking, times);
        return (double) (threads.getCurrentThreadAllocatedBytes() - before) / times;
    }

    private double nanosPerRead(EmbeddedChannel channel) {
        double least = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            read(channel, READS);
            least = Math.min(least, (double) (System.nanoTime() - start) / READS);
        }
        return least;
    }

    /** Prints the least of several rounds. */
    public static void main(String[] arguments) {
        for (int column : new int[] {8, 100, 1_000, 8_000}) {
            ServerMessagesCost cost = of(new byte[column]);
            double with = cost.nanosPerRead(cost.looking);
            double without = cost.nanosPerRead(cost.without);
            System.out.printf(
                    Locale.ROOT,
                    "%4d messages of %4d bytes in a read: %6.0f ns more, %.2f ns for each message, %.1f bytes%n",
                    cost.messages,
                    cost.read.readableBytes() / cost.messages,
                    with - without,
                    (with - without) / cost.messages,
                    cost.bytesPerRead(READS));
        }
    }
}
