package org.reactivesessions.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a channel whose connection is not open in time, and leaves when it is. Nobody else would: the driver goes on with a
 * log-in that nobody waits for any more, and a server that accepts and never answers would cost a socket with every try.
 *
 * <p>A connection is open when its log-in was answered and the driver's first question as well; an encrypted one is followed
 * behind its encryption. One for each channel; runs on its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whoever writes has the promise, and nobody needs to hear of the close
final class OpeningDeadline extends ChannelDuplexHandler {

    private static final Logger log = LoggerFactory.getLogger(OpeningDeadline.class);

    /** So that whoever waits is told first by who knows what for. */
    private static final Duration GRACE = Duration.ofMillis(100);

    private static final String FIRST_QUESTION = "SHOW TRANSACTION ISOLATION LEVEL";
    private static final int TYPE_AND_LENGTH = 1 + Integer.BYTES;
    private static final byte READY_FOR_QUERY = 'Z';
    private static final byte QUERY = 'Q';

    private final Duration limit;
    private Stage stage = Stage.LOGGING_IN;
    private @Nullable Future<?> timer;

    /** How much of the header of the next message from the server has come, and what. */
    private int header;

    private byte type;
    private int length;
    /** How much of a message is still to come. */
    private long body;

    private enum Stage {
        LOGGING_IN,
        LOGGED_IN,
        ASKING
    }

    /** @param limit for everything it takes to open the connection */
    OpeningDeadline(Duration limit) {
        this.limit = limit;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        timer = context.executor()
                .schedule(() -> over(context), limit.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void over(ChannelHandlerContext context) {
        if (stage == Stage.LOGGED_IN) {
            context.pipeline().remove(this);
        } else {
            log.debug("{}: not open within {} ms, so it is closed", context.channel(), limit.toMillis());
            context.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes && hasReadyForQuery(bytes)) {
            if (stage == Stage.LOGGING_IN) {
                stage = Stage.LOGGED_IN;
            } else {
                context.pipeline().remove(this);
            }
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (stage == Stage.LOGGED_IN) {
            if (message instanceof ByteBuf bytes && isFirstQuestion(bytes)) {
                stage = Stage.ASKING;
            } else {
                context.pipeline().remove(this);
            }
        }
        context.write(message, promise);
    }

    private static boolean isFirstQuestion(ByteBuf bytes) {
        return bytes.isReadable(TYPE_AND_LENGTH)
                && bytes.getByte(bytes.readerIndex()) == QUERY
                && bytes.toString(StandardCharsets.US_ASCII).indexOf(FIRST_QUESTION) == TYPE_AND_LENGTH;
    }

    /** Whether that message begins in these bytes, which may begin and end anywhere. */
    private boolean hasReadyForQuery(ByteBuf bytes) {
        boolean ready = false;
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            if (body > 0) {
                int here = (int) Math.min(body, bytes.writerIndex() - at);
                body -= here;
                at += here;
            } else {
                ready |= isReadyForQuery(bytes.getByte(at++));
            }
        }
        return ready;
    }

    private boolean isReadyForQuery(byte next) {
        if (header == 0) {
            type = next;
        } else {
            length = length << Byte.SIZE | Byte.toUnsignedInt(next);
        }
        header++;
        if (header < TYPE_AND_LENGTH) {
            return false;
        }
        body = (long) length - Integer.BYTES;
        header = 0;
        length = 0;
        return type == READY_FOR_QUERY;
    }
}
