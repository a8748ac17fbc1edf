package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TrimmedStartupTest {

    private static final int PROTOCOL_3 = 196_608;
    private static final int ENCRYPTION_REQUEST = 80_877_103;

    private final EmbeddedChannel channel = new EmbeddedChannel(new TrimmedStartup());

    private static ByteBuf message(int code, String rest) {
        byte[] bytes = rest.getBytes(StandardCharsets.UTF_8);
        return Unpooled.buffer()
                .writeInt(2 * Integer.BYTES + bytes.length)
                .writeInt(code)
                .writeBytes(bytes);
    }

    private void mustBecome(ByteBuf sent, ByteBuf arrived) {
        channel.writeOutbound(sent);
        ByteBuf out = channel.readOutbound();
        assertThat(out).isEqualTo(arrived);
        out.release();
        arrived.release();
        assertThat(sent.refCnt()).isZero();
    }

    private boolean isWaiting() {
        return channel.pipeline().get(TrimmedStartup.class) != null;
    }

    @Test
    void theStartupMustLoseThatParameterOnly() {
        mustBecome(
                message(PROTOCOL_3, "user\0me\0extra_float_digits\0" + "2\0TimeZone\0Z\0application_name\0\0x\0y\0\0"),
                message(PROTOCOL_3, "user\0me\0TimeZone\0Z\0application_name\0\0x\0y\0\0"));
        assertThat(isWaiting()).isFalse();
    }

    @Test
    void aValueOfThatNameMustStay() {
        ByteBuf startup = message(PROTOCOL_3, "user\0extra_float_digits\0database\0é\0\0");
        mustBecome(startup, startup.copy());
    }

    @Test
    void whatComesBeforeTheStartupMustPass() {
        ByteBuf request = message(ENCRYPTION_REQUEST, "");
        mustBecome(request, request.copy());
        assertThat(isWaiting()).isTrue();
        mustBecome(message(PROTOCOL_3, "extra_float_digits\0" + "2\0\0"), message(PROTOCOL_3, "\0"));
    }

    @Test
    void whatComesAfterItMustPass() {
        mustBecome(message(PROTOCOL_3, "user\0me\0\0"), message(PROTOCOL_3, "user\0me\0\0"));
        ByteBuf later = message(PROTOCOL_3, "extra_float_digits\0" + "2\0\0");
        mustBecome(later, later.copy());
    }
}
