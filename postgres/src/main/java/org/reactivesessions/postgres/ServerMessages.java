package org.reactivesessions.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.r2dbc.spi.R2dbcException;
import org.jspecify.annotations.Nullable;

/**
 * Follows the messages of a server through a channel, and closes it at the first one that is longer than any may be, that is
 * none, or that asks in the log-in for what is not to be given. The driver would collect up to two gigabytes for one message,
 * and answers whatever it is asked.
 *
 * <p>What has come before that message is delivered. Bytes are looked at where they are, five of each message, and none is
 * copied but the few of the log-in; a message may come in pieces of any size. An encrypted channel is followed behind its
 * encryption. One for each channel; runs on its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody needs to hear of the close
final class ServerMessages extends ChannelInboundHandlerAdapter {

    private static final int HEADER = 1 + Integer.BYTES;

    private final int limit;
    private @Nullable LogIn logIn;
    private boolean begun;
    private boolean refused;

    /** How much of the header of a message has come, all of it while its body comes. */
    private int header;

    private byte type;
    private int length;

    /** How much of the body is still to come. */
    private int body;

    /** Where the last message ends, in the bytes that are looked at. */
    private int whole;

    /**
     * @param limit the most bytes of one message
     * @param logIn how the user is let in
     */
    ServerMessages(int limit, LogIn logIn) {
        this.limit = limit;
        this.logIn = logIn;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
        } else if (refused) {
            bytes.release();
        } else {
            R2dbcException reason = tooEarly(context, bytes) ? early() : follow(bytes);
            if (reason == null) {
                context.fireChannelRead(bytes);
            } else {
                refuse(context, bytes, reason);
            }
        }
    }

    /**
     * Whether the driver has not asked for anything yet. What somebody has put behind the answer to the request for encryption
     * would be taken for something that came encrypted.
     */
    private boolean tooEarly(ChannelHandlerContext context, ByteBuf bytes) {
        if (begun || !bytes.isReadable()) {
            return false;
        }
        begun = context.pipeline().get(LengthFieldBasedFrameDecoder.class) != null;
        whole = bytes.readerIndex();
        return !begun;
    }

    private static R2dbcException early() {
        return MessageRefusedException.malformed(
                "something before it was asked, behind the answer to the request for" + " encryption");
    }

    /** The driver would fail everybody by a reason of its own, before ours has got past rows that nobody reads. */
    @Override
    public void channelUnregistered(ChannelHandlerContext context) {
        if (!refused) {
            context.fireChannelUnregistered();
        }
    }

    private @Nullable R2dbcException follow(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        whole = at;
        while (at < end) {
            R2dbcException reason = null;
            if (header == 0 && logIn == null) {
                at = wholeMessages(bytes, at, end);
                if (at == end) {
                    return null;
                }
            }
            if (header == HEADER) {
                int here = Math.min(body, end - at);
                if (logIn != null) {
                    logIn.takes(bytes, at, here);
                }
                body -= here;
                at += here;
            } else if (header == 0 && end - at >= HEADER) {
                reason = begins(bytes.getByte(at), bytes.getInt(at + 1));
                at += HEADER;
            } else {
                reason = headerGoesOn(bytes.getByte(at));
                at++;
            }
            if (reason == null && header == HEADER && body == 0) {
                reason = ends(at);
            }
            if (reason != null) {
                return reason;
            }
        }
        return null;
    }

    /** Where the messages end that are all here and as long as they may be, which are nearly all there are. */
    private int wholeMessages(ByteBuf bytes, int from, int end) {
        int at = from;
        while (end - at >= HEADER) {
            int itsLength = bytes.getInt(at + 1);
            if (itsLength < Integer.BYTES || itsLength > limit || itsLength >= end - at) {
                break;
            }
            at += 1 + itsLength;
        }
        whole = at;
        return at;
    }

    private @Nullable R2dbcException headerGoesOn(byte next) {
        if (header == 0) {
            type = next;
            length = 0;
        } else {
            length = length << Byte.SIZE | Byte.toUnsignedInt(next);
        }
        header++;
        return header == HEADER ? begins(type, length) : null;
    }

    private @Nullable R2dbcException begins(byte itsType, int itsLength) {
        if (itsLength < Integer.BYTES) {
            return MessageRefusedException.malformed(MessageRefusedException.message(itsType, itsLength)
                    + " (at least 4, and at most " + limit + " by maxMessageSize)");
        }
        if (logIn == null && itsLength > limit) {
            return MessageRefusedException.tooLong(itsType, itsLength, limit);
        }
        header = HEADER;
        body = itsLength - Integer.BYTES;
        return logIn == null ? null : logIn.begins(itsType, body);
    }

    private @Nullable R2dbcException ends(int at) {
        R2dbcException reason = logIn == null ? null : logIn.ends();
        if (reason == null) {
            header = 0;
            whole = at;
            if (logIn != null && logIn.isOver()) {
                logIn = null;
            }
        }
        return reason;
    }

    /** Whoever waits is told why before he hears of the close. */
    private void refuse(ChannelHandlerContext context, ByteBuf bytes, R2dbcException reason) {
        refused = true;
        if (whole > bytes.readerIndex()) {
            bytes.writerIndex(whole);
            context.fireChannelRead(bytes);
        } else {
            bytes.release();
        }
        context.fireExceptionCaught(reason);
        context.close();
    }
}
