package org.reactivesessions.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reactivesessions.testkit.proxy.WireClient.body;
import static org.reactivesessions.testkit.proxy.WireClient.frame;
import static org.reactivesessions.testkit.proxy.WireClient.length;
import static org.reactivesessions.testkit.proxy.WireClient.query;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Toxics and rules at work on a link, plain and encrypted. */
@Timeout(60)
class FaultProxyToxicsTest extends RawServer {

    private static final Duration LONG = Duration.ofHours(1);
    private static final byte[] SSL_REQUEST = body(length(8), length(80_877_103));
    private static final byte[] HANDSHAKE = {22, 3, 1, 0, 5, 'h', 'e', 'l', 'l', 'o'};

    private final WireClient client = WireClient.connect(proxy);
    private final Socket server = listener.accept();

    FaultProxyToxicsTest() throws IOException {}

    @BeforeEach
    void neverWaitForEver() throws IOException {
        server.setSoTimeout((int) PATIENCE.toMillis());
    }

    @AfterEach
    void leave() throws IOException {
        client.close();
        server.close();
    }

    private byte[] arrived(int length) throws IOException {
        return server.getInputStream().readNBytes(length);
    }

    private void say(byte[] bytes) throws IOException {
        server.getOutputStream().write(bytes);
    }

    @Test
    void limitDataMustCloseTheLinkBehindThatManyBytes() throws Exception {
        proxy.downstream().limitData(7);
        say(body(frame('Z', new byte[] {'I'}), frame('Z', new byte[] {'I'})));
        for (int count = 0; count < 7; count++) {
            assertThat(client.readByte()).isNotNegative();
        }
        assertThat(client.readByte()).isEqualTo(-1);
        assertThat(server.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void timeoutMustCloseAndLetNothingThrough() throws Exception {
        proxy.upstream().timeout(Duration.ofMillis(1));
        client.send(STARTUP);
        assertThat(server.getInputStream().read()).isEqualTo(-1);
        assertThat(client.readByte()).isEqualTo(-1);
    }

    @Test
    void resetPeerMustResetAndLetNothingThrough() throws Exception {
        proxy.upstream().resetPeer(Duration.ZERO);
        client.send(STARTUP);
        assertThatThrownBy(client::readByte).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    @Test
    void whatWasKeptBackMustLeaveWhenToxicsAreCleared() throws Exception {
        proxy.upstream().timeout(LONG);
        client.send(STARTUP);
        say(frame('Z', new byte[] {'I'}));
        assertThat(client.read().type()).as("the other direction is as it was").isEqualTo('Z');
        proxy.upstream().clear();
        assertThat(arrived(STARTUP.length)).isEqualTo(STARTUP);
    }

    @Test
    void slowCloseMustPassTheEndOnLater() throws Exception {
        proxy.upstream().slowClose(Duration.ofMillis(100));
        client.send(STARTUP);
        assertThat(arrived(STARTUP.length)).isEqualTo(STARTUP);
        long start = System.nanoTime();
        client.close();
        assertThat(server.getInputStream().read()).isEqualTo(-1);
        assertThat(System.nanoTime() - start)
                .isGreaterThanOrEqualTo(Duration.ofMillis(100).toNanos());
    }

    @Test
    void slicesJitterAndBandwidthMustLoseNothingAndKeepTheOrder() throws Exception {
        proxy.upstream()
                .slicer(3, 2, Duration.ofNanos(1_000))
                .latency(Duration.ofMillis(2), Duration.ofMillis(2))
                .bandwidth(1_000_000);
        client.send(STARTUP);
        byte[] all = STARTUP;
        for (int count = 0; count < 30; count++) {
            client.send(query("SELECT " + count));
            all = body(all, query("SELECT " + count));
        }
        assertThat(arrived(all.length)).isEqualTo(all);
    }

    @Test
    void sliceMustLetAFrameLeaveWhole() throws Exception {
        Rule rule = proxy.slice(FrameMatch.fromClient('Q'), 5, Duration.ofNanos(1_000));
        client.send(STARTUP, query("SELECT 12345"), query("x"));
        byte[] all = body(STARTUP, query("SELECT 12345"), query("x"));
        assertThat(arrived(all.length)).isEqualTo(all);
        assertThat(rule.awaitHits(2, PATIENCE).hits()).isEqualTo(2);
        assertThat(rule).hasToString("slice of 'Q' from the client");
    }

    @Test
    void corruptMustInvertOneByteOfFramesThatHaveIt() throws Exception {
        Rule rule = proxy.corrupt(FrameMatch.fromClient('Q', 'S'), 5);
        client.send(STARTUP, query("A"), frame('S'));
        byte[] broken = query("A");
        broken[5] = (byte) ~'A';
        byte[] all = body(STARTUP, broken, frame('S'));
        assertThat(arrived(all.length)).isEqualTo(all);
        assertThat(rule.hits()).isEqualTo(1);
    }

    @Test
    void holdMustEndByItselfWhenItsTimeIsOver() throws Exception {
        Rule rule = proxy.hold(FrameMatch.startup(), Duration.ofMillis(50));
        long start = System.nanoTime();
        client.send(STARTUP);
        assertThat(arrived(STARTUP.length)).isEqualTo(STARTUP);
        assertThat(System.nanoTime() - start)
                .isGreaterThanOrEqualTo(Duration.ofMillis(50).toNanos());
        assertThat(rule.hits()).isEqualTo(1);
        assertThat(rule.held()).isZero();
    }

    @Test
    void holdMustEndBeforeItsTimeWhenReleased() throws Exception {
        Rule rule = proxy.hold(FrameMatch.startup(), LONG);
        client.send(STARTUP);
        rule.awaitHit(PATIENCE).release();
        assertThat(arrived(STARTUP.length)).isEqualTo(STARTUP);
    }

    @Test
    void anEncryptedLinkMustBeHeldAndCountedByItsBytes() throws Exception {
        Rule blind = proxy.hold(FrameMatch.fromClient('Q').sql("^COMMIT"));
        Rule held = proxy.hold(FrameMatch.encryptedFromClient());
        Rule answers = proxy.watch(FrameMatch.encryptedFromServer());
        client.send(SSL_REQUEST);
        assertThat(arrived(8)).isEqualTo(SSL_REQUEST);
        say(new byte[] {'S'});
        assertThat(client.readByte()).isEqualTo('S');
        client.send(HANDSHAKE);
        held.awaitHit(PATIENCE);
        assertThat(server.getInputStream().available()).isZero();
        held.release();
        assertThat(arrived(HANDSHAKE.length)).isEqualTo(HANDSHAKE);
        say(HANDSHAKE);
        assertThat(client.readByte()).isEqualTo(22);
        answers.awaitHit(PATIENCE);
        assertThatThrownBy(() -> blind.awaitHit(Duration.ofMillis(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("were pieces of an encrypted link: their messages cannot be seen")
                .hasMessageContaining("FrameMatch.encryptedFromClient()");
        assertThatThrownBy(() -> proxy.watch(FrameMatch.fromServer('Z')).awaitHit(Duration.ofMillis(1)))
                .hasMessageEndingWith("among 0 frames seen");
    }

    @Test
    void aLinkThatIsEncryptedFromItsFirstByteMustPassUnread() throws Exception {
        Rule pieces = proxy.watch(FrameMatch.encryptedFromServer());
        client.send(HANDSHAKE);
        assertThat(arrived(HANDSHAKE.length)).isEqualTo(HANDSHAKE);
        say(HANDSHAKE);
        for (byte expected : HANDSHAKE) {
            assertThat(client.readByte()).isEqualTo(expected);
        }
        pieces.awaitHit(PATIENCE);
    }

    @Test
    void toxicsMustActOnAnEncryptedLink() throws Exception {
        proxy.upstream().limitData(4);
        client.send(HANDSHAKE);
        assertThat(server.getInputStream().readAllBytes()).containsExactly(22, 3, 1, 0);
        assertThat(client.readByte()).isEqualTo(-1);
    }

    @Test
    void whatCannotBeMustBeRefused() {
        FrameMatch any = FrameMatch.fromClient();
        assertThatThrownBy(() -> proxy.hold(any, Duration.ZERO))
                .hasMessage("atMost must be more than zero, but was PT0S");
        assertThatThrownBy(() -> proxy.slice(any, 0, Duration.ZERO)).hasMessage("size must be >= 1, but was 0");
        assertThatThrownBy(() -> proxy.corrupt(any, -1)).hasMessage("position must be >= 0, but was -1");
    }
}
