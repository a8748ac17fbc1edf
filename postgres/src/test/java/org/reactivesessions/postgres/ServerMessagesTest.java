package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.r2dbc.spi.R2dbcException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.postgres.security.SecurityRow;
import org.reactivesessions.testkit.mock.ServerMessage;

@SuppressWarnings("FutureReturnValueIgnored") // of closing channels that are closed
class ServerMessagesTest {

    private static final int LIMIT = 65_536;
    private static final int ALL = Integer.MAX_VALUE;

    private static final ServerMessage[] TALK = {
        ServerMessage.authenticationOk(),
        ServerMessage.parameterStatus("server_version", "18.0"),
        ServerMessage.backendKeyData(1, 2),
        ServerMessage.readyForQuery('I'),
        ServerMessage.rowDescription("a"),
        ServerMessage.dataRow(""),
        ServerMessage.dataRow("x".repeat(1_000)),
        ServerMessage.of('n'),
        ServerMessage.commandComplete("SELECT 2"),
        ServerMessage.readyForQuery('I')
    };

    private final Told told = new Told();

    private EmbeddedChannel channel(WireLimits limits, boolean clearTextIsSafe) {
        return new EmbeddedChannel(
                new ServerMessages(limits.messageSize(), new LogIn(limits, clearTextIsSafe)),
                new LengthFieldBasedFrameDecoder(Integer.MAX_VALUE - 5, 1, 4, -4, 0),
                told);
    }

    /** Hears why, in the driver's place. */
    private static final class Told extends ChannelInboundHandlerAdapter {

        private @Nullable Throwable reason;

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            assertThat(reason).isNull();
            assertThat(context.channel().isOpen()).as("told before the close").isTrue();
            reason = cause;
        }
    }

    private EmbeddedChannel channel() {
        return channel(WireLimits.defaults().withMessageSize(LIMIT), false);
    }

    private static WireLimits allowing(AuthenticationMethod first, AuthenticationMethod... more) {
        return WireLimits.defaults().withMethods(EnumSet.of(first, more));
    }

    /** What the driver gets to see. */
    private static List<Character> sent(EmbeddedChannel channel, int piece, ServerMessage... messages) {
        ByteBuf all = Unpooled.buffer();
        Arrays.stream(messages).forEach(message -> all.writeBytes(message.bytes()));
        List<Character> seen = new ArrayList<>();
        while (all.isReadable() && channel.isOpen()) {
            channel.writeOneInbound(all.readBytes(Math.min(piece, all.readableBytes())));
        }
        all.release();
        for (ByteBuf frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
            seen.add((char) frame.getByte(frame.readerIndex()));
            frame.release();
        }
        return seen;
    }

    private void mustEnd(EmbeddedChannel channel, Class<? extends R2dbcException> error, String... words) {
        assertThat(channel.isOpen()).isFalse();
        assertThat(told.reason).isInstanceOf(error);
        assertThat(told.reason)
                .message()
                .satisfies(text -> assertThat(List.of(words)).allMatch(text::contains));
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 64, ALL})
    void whatIsRightMustPassInPiecesOfEverySize(int piece) {
        EmbeddedChannel channel = channel();

        assertThat(sent(channel, piece, TALK)).containsExactly('R', 'S', 'K', 'Z', 'T', 'D', 'D', 'n', 'C', 'Z');
        assertThat(channel.isOpen()).isTrue();
        channel.checkException();
        assertThat(channel.finishAndReleaseAll()).isFalse();
    }

    @SecurityRow("S16")
    @ParameterizedTest
    @CsvSource({"1073741824, 1", "1073741824, 3", "65537, 4", "65537, 2147483647", "2147483647, 1"})
    void aMessageThatIsTooLongMustEndTheChannelBeforeItIsCollected(int length, int piece) {
        EmbeddedChannel channel = channel();

        assertThat(sent(
                        channel,
                        piece,
                        ServerMessage.authenticationOk(),
                        ServerMessage.commandComplete("COMMIT"),
                        ServerMessage.ofLength('D', length, new byte[10]),
                        ServerMessage.readyForQuery('I')))
                .as("what came before it, and nothing else")
                .containsExactly('R', 'C');
        mustEnd(
                channel,
                MessageRefusedException.class,
                "'D' of " + length + " bytes",
                "maxMessageSize allows 65536",
                "max-message-size");
    }

    @SecurityRow("S16")
    @Test
    void aMessageOfExactlyTheLimitMustPass() {
        EmbeddedChannel channel = channel();

        assertThat(sent(
                        channel,
                        ALL,
                        ServerMessage.authenticationOk(),
                        ServerMessage.of('D', new byte[LIMIT - Integer.BYTES])))
                .containsExactly('R', 'D');
        assertThat(channel.finishAndReleaseAll()).isFalse();
    }

    @SecurityRow("S16")
    @ParameterizedTest
    @CsvSource({"-1, 1", "-2147483648, 2147483647", "0, 1", "3, 2", "3, 2147483647"})
    void aLengthThatIsNoneMustEndTheChannel(int length, int piece) {
        EmbeddedChannel channel = channel();

        assertThat(sent(channel, piece, ServerMessage.authenticationOk(), ServerMessage.ofLength('D', length)))
                .containsExactly('R');
        mustEnd(
                channel,
                MessageRefusedException.class,
                "'D' of " + length + " bytes",
                "at most 65536 by maxMessageSize");
    }

    @SecurityRow("S16")
    @Test
    void whoeverIsNoServerMustBeFoundOutByHisFirstWords() {
        EmbeddedChannel channel = channel();

        assertThat(sent(channel, 3, ServerMessage.raw("HTTP/1.1 400 Bad Request".getBytes(StandardCharsets.US_ASCII))))
                .isEmpty();
        mustEnd(channel, MessageRefusedException.class, "message 'H' of 1414811695 bytes in the log-in");
    }

    /** One read of an encrypted channel becomes several behind its encryption. */
    @Test
    void nothingMustPassBehindWhatWasRefused() {
        EmbeddedChannel channel = channel();
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void close(ChannelHandlerContext context, ChannelPromise promise) {
                context.executor().execute(() -> context.close(promise));
            }
        });
        channel.pipeline()
                .fireChannelRead(Unpooled.copiedBuffer(
                        ServerMessage.authenticationClearText().bytes()));
        channel.pipeline()
                .fireChannelRead(
                        Unpooled.copiedBuffer(ServerMessage.authenticationOk().bytes()));
        channel.runPendingTasks();

        assertThat(channel.inboundMessages()).isEmpty();
        mustEnd(channel, ServerNotTrustedException.class);
    }

    /** The driver would say it first to whoever waits, if nobody reads the rows before: that the connection is lost, an outage. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEndOfTheChannelMustNotBeHeardOfInPlaceOfTheReason(boolean refused) {
        EmbeddedChannel channel = channel();
        List<String> heard = new ArrayList<>();
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelUnregistered(ChannelHandlerContext context) {
                heard.add("unregistered");
            }
        });
        if (refused) {
            sent(channel, ALL, ServerMessage.authenticationClearText());
        }
        channel.finishAndReleaseAll();

        assertThat(told.reason != null).isEqualTo(refused);
        assertThat(heard).hasSize(refused ? 0 : 1);
    }

    /** A man in the middle puts something behind the answer to the request for encryption, which is not encrypted. */
    @SecurityRow("S2")
    @Test
    void whatComesBeforeTheDriverHasAskedMustEndTheChannel() {
        WireLimits limits = WireLimits.defaults();
        EmbeddedChannel channel =
                new EmbeddedChannel(new ServerMessages(limits.messageSize(), new LogIn(limits, true)), told);
        channel.writeInbound(Unpooled.buffer());
        channel.releaseInbound();

        channel.writeOneInbound(
                Unpooled.copiedBuffer(ServerMessage.authenticationOk().bytes()));

        assertThat(channel.inboundMessages()).isEmpty();
        mustEnd(channel, MessageRefusedException.class, "before it was asked");
    }

    private static ServerMessage asking(AuthenticationMethod method) {
        return switch (method) {
            case NONE -> ServerMessage.authenticationOk();
            case SCRAM_SHA_256 -> ServerMessage.authenticationSasl("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256");
            case MD5 -> ServerMessage.authenticationMd5();
            case PASSWORD -> ServerMessage.authenticationClearText();
        };
    }

    @ParameterizedTest
    @EnumSource(AuthenticationMethod.class)
    void aMethodThatIsAllowedMustPass(AuthenticationMethod method) {
        EmbeddedChannel allowed = channel(allowing(method), true);

        assertThat(sent(allowed, 1, asking(method))).containsExactly('R');
        assertThat(allowed.finishAndReleaseAll()).isFalse();
        assertThat(told.reason).isNull();
    }

    @SecurityRow("S2")
    @ParameterizedTest
    @EnumSource(AuthenticationMethod.class)
    void aMethodThatIsNotAllowedMustEndTheChannel(AuthenticationMethod method) {
        Set<AuthenticationMethod> others = EnumSet.complementOf(EnumSet.of(method));
        EmbeddedChannel refused = channel(WireLimits.defaults().withMethods(others), true);
        assertThat(sent(refused, 1, asking(method))).isEmpty();
        mustEnd(refused, ServerNotTrustedException.class, "(" + method + ")", "require_auth=", "," + method);
    }

    @SecurityRow("S2")
    @Test
    void aPasswordInClearTextMustNotBeAskedForWhereOthersCanReadIt() {
        EmbeddedChannel channel = channel(allowing(AuthenticationMethod.PASSWORD), false);

        assertThat(sent(channel, ALL, ServerMessage.authenticationClearText())).isEmpty();
        mustEnd(channel, ServerNotTrustedException.class, "sslmode=verify-full", "insecure()");
    }

    @SecurityRow("S2")
    @ParameterizedTest
    @ValueSource(ints = {2, 6, 7, 8, 9, 99})
    void whatTheDriverCannotDoMustBeSaid(int code) {
        EmbeddedChannel channel = channel();

        assertThat(sent(channel, ALL, ServerMessage.authentication(code, new byte[8])))
                .isEmpty();
        mustEnd(channel, ServerNotTrustedException.class, "number " + code);
    }

    /** The driver would take the first it knows, by whatever name. */
    @SecurityRow("S2")
    @Test
    void anOfferOfAnotherScramMustBeRefused() {
        EmbeddedChannel older = channel();
        assertThat(sent(older, ALL, ServerMessage.authenticationSasl("SCRAM-SHA-1", "XSCRAM-SHA-256")))
                .isEmpty();
        mustEnd(older, ServerNotTrustedException.class, "SCRAM-SHA-256");
        EmbeddedChannel both = channel();
        assertThat(sent(both, ALL, ServerMessage.authenticationSasl("SCRAM-SHA-1", "SCRAM-SHA-256")))
                .isEmpty();
        mustEnd(both, ServerNotTrustedException.class, "SCRAM-SHA-256");
    }

    @SecurityRow("S2")
    @Test
    void anOfferWithoutScramMustBeRefused() {
        EmbeddedChannel channel = channel();

        assertThat(sent(channel, ALL, ServerMessage.authenticationSasl("OAUTHBEARER")))
                .isEmpty();
        mustEnd(channel, ServerNotTrustedException.class, "SCRAM-SHA-256");
    }

    @SecurityRow("S2")
    @ParameterizedTest
    @ValueSource(strings = {"sk", "sco", "so", "k", "f", "sf", "ss", "sckk", "mm", "ms", "sm"})
    void aLogInOutOfOrderMustEndTheChannel(String steps) {
        EmbeddedChannel channel = channel(
                allowing(AuthenticationMethod.NONE, AuthenticationMethod.SCRAM_SHA_256, AuthenticationMethod.MD5),
                true);
        for (int step = 0; step < steps.length(); step++) {
            ServerMessage message = switch (steps.charAt(step)) {
                case 's' -> ServerMessage.authenticationSasl("SCRAM-SHA-256");
                case 'c' -> ServerMessage.authenticationSaslContinue("r=abc,s=c2FsdA==,i=4096");
                case 'k' -> ServerMessage.backendKeyData(1, 2);
                case 'f' -> ServerMessage.authenticationSaslFinal("v=abc");
                case 'm' -> ServerMessage.authenticationMd5();
                default -> ServerMessage.authenticationOk();
            };
            sent(channel, ALL, message);
        }

        mustEnd(channel, MessageRefusedException.class, "in the log-in");
    }

    @Test
    void aLogInByScramMustPass() {
        EmbeddedChannel channel = channel();

        assertThat(sent(
                        channel,
                        1,
                        ServerMessage.notice("WARNING", "01000", "soon"),
                        ServerMessage.negotiateProtocolVersion(0, "_pq_.x"),
                        ServerMessage.authenticationSasl("SCRAM-SHA-256"),
                        ServerMessage.authenticationSaslContinue("r=abc,s=c2FsdA==,i=100000"),
                        ServerMessage.authenticationSaslFinal("v=abc"),
                        ServerMessage.authenticationOk(),
                        ServerMessage.readyForQuery('I')))
                .containsExactly('N', 'v', 'R', 'R', 'R', 'R', 'Z');
        assertThat(channel.finishAndReleaseAll()).isFalse();
    }

    @Test
    void anErrorInTheLogInMustPass() {
        EmbeddedChannel channel = channel();

        assertThat(sent(channel, 1, ServerMessage.error("FATAL", "28P01", "no")))
                .containsExactly('E');
        assertThat(channel.finishAndReleaseAll()).isFalse();
    }

    @SecurityRow("S3")
    @ParameterizedTest
    @ValueSource(
            strings = {"i=100001", "i=2147483647", "i=99999999999999999999", "i=0", "i=-1", "i=x", "i=4096,i=2147483647"
            })
    void tooManyIterationsMustNotBeComputed(String attribute) {
        EmbeddedChannel channel = channel();

        assertThat(sent(
                        channel,
                        1,
                        ServerMessage.authenticationSasl("SCRAM-SHA-256"),
                        ServerMessage.authenticationSaslContinue("r=abc,s=c2FsdA==," + attribute)))
                .containsExactly('R');
        mustEnd(channel, ServerNotTrustedException.class, "more than 100000 iterations", "maxScramIterations");
    }

    /** It is done with every read of every connection. */
    @Test
    void lookingMustAllocateNothing() {
        ServerMessagesCost cost = ServerMessagesCost.of(new byte[10]);
        cost.bytesPerRead(20_000);

        assertThat(cost.bytesPerRead(10_000)).isLessThan(1);
    }
}
