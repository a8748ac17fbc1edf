package org.reactivesessions.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reactivesessions.testkit.proxy.WireClient.body;
import static org.reactivesessions.testkit.proxy.WireClient.frame;
import static org.reactivesessions.testkit.proxy.WireClient.length;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a real server does not do on demand, tried with one whose every byte the test writes. */
@Timeout(60)
class FaultProxyEdgeTest extends RawServer {

    FaultProxyEdgeTest() throws IOException {}

    @Test
    void anEncryptedLinkMustPassUnread() throws Exception {
        try (WireClient client = WireClient.connect(proxy);
                Socket server = listener.accept()) {
            client.send(length(8), length(80_877_103));
            assertThat(server.getInputStream().readNBytes(8)).endsWith(length(80_877_103));
            server.getOutputStream().write('S');
            assertThat(client.readByte()).isEqualTo('S');
            client.send("hello there".getBytes(StandardCharsets.UTF_8));
            assertThat(server.getInputStream().readNBytes(11)).asString().isEqualTo("hello there");
            server.getOutputStream().write('!');
            assertThat(client.readByte()).isEqualTo('!');
        }
        proxy.awaitLinks(0, PATIENCE);
    }

    @Test
    void aServerThatIsNotThereMustBreakTheConnectionOfTheClient() throws Exception {
        listener.close();
        try (WireClient client = WireClient.connect(proxy)) {
            assertThatThrownBy(client::readByte).isInstanceOf(SocketException.class);
        }
        proxy.awaitLinks(0, PATIENCE);
    }

    @Test
    void nonsenseFromTheServerMustBreakTheLink() throws Exception {
        try (WireClient client = WireClient.connect(proxy);
                Socket server = listener.accept()) {
            server.getOutputStream().write(body(new byte[] {'D'}, length(0)));
            assertThatThrownBy(client::readByte).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aResetByTheServerMustReachTheClientAsSuch() throws Exception {
        try (WireClient client = WireClient.connect(proxy)) {
            Socket server = listener.accept();
            server.setSoLinger(true, 0);
            server.close();
            assertThatThrownBy(client::readByte).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void cutMustReachTheServerAsTheEndOfTheStreamAndResetAsAReset() throws Exception {
        Rule cut = proxy.cut(FrameMatch.startup().nth(1));
        Rule reset = proxy.reset(FrameMatch.startup().nth(2));
        try (WireClient client = WireClient.connect(proxy);
                Socket server = listener.accept()) {
            client.send(STARTUP);
            cut.awaitHit(PATIENCE);
            assertThat(server.getInputStream().read()).isEqualTo(-1);
        }
        // The first rule no longer acts but counts on: the second start-up is its second occurrence.
        try (WireClient client = WireClient.connect(proxy);
                Socket server = listener.accept()) {
            client.send(STARTUP);
            reset.awaitHit(PATIENCE);
            assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void whoSeesALinkCutMustSeeTheHit() throws Exception {
        Rule cut = proxy.cut(FrameMatch.startup());
        for (int round = 1; round <= 300; round++) {
            try (Socket client = new Socket(proxy.host(), proxy.port());
                    Socket server = listener.accept()) {
                client.getOutputStream().write(STARTUP);
                assertThat(server.getInputStream().read()).isEqualTo(-1);
                assertThat(cut.hits()).isEqualTo(round);
            }
        }
    }

    @Test
    void aClientThatEndsItsSideMustStillGetTheAnswer() throws Exception {
        try (Socket client = new Socket(proxy.host(), proxy.port())) {
            Socket server = listener.accept();
            client.getOutputStream().write(STARTUP);
            client.shutdownOutput();
            assertThat(server.getInputStream().readAllBytes()).isEqualTo(STARTUP);
            server.getOutputStream().write(frame('Z', new byte[] {'I'}));
            server.close();
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(frame('Z', new byte[] {'I'}));
        }
        proxy.awaitLinks(0, PATIENCE);
    }

    @Test
    void aReceiverThatDoesNotReadMustSlowTheSenderDown() throws Exception {
        byte[] row = frame('D', new byte[100_000]);
        int rows = 400;
        try (Socket client = new Socket();
                Socket unread = connected(client)) {
            CountDownLatch done = new CountDownLatch(1);
            Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < rows; i++) {
                        unread.getOutputStream().write(row);
                    }
                    done.countDown();
                } catch (IOException e) {
                    // The latch stays closed, which the test notices.
                }
            });
            sender.start();
            assertThat(done.await(300, TimeUnit.MILLISECONDS))
                    .as("40 MB do not fit into the proxy")
                    .isFalse();
            assertThat(client.getInputStream().readNBytes(rows * row.length)).hasSize(rows * row.length);
            assertThat(done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aWaitThatIsInterruptedMustSaySo() throws Exception {
        Rule rule = proxy.hold(FrameMatch.startup());
        assertThat(interrupted(() -> rule.awaitHit(PATIENCE)))
                .hasMessageContaining("interrupted while waiting for hold");
        assertThat(interrupted(() -> proxy.awaitLinks(7, PATIENCE)))
                .hasMessageContaining("interrupted while waiting for 7 open link(s)");
    }

    private Socket connected(Socket client) throws IOException {
        client.connect(new InetSocketAddress(proxy.host(), proxy.port()));
        return listener.accept();
    }

    private static @Nullable Throwable interrupted(Runnable wait) throws InterruptedException {
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        Thread waiter = new Thread(() -> {
            Thread.currentThread().interrupt();
            try {
                wait.run();
            } catch (AssertionError e) {
                thrown.set(e);
            }
        });
        waiter.start();
        waiter.join();
        return thrown.get();
    }
}
