package org.reactivesessions.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Before a server whose every byte the test writes. */
@Timeout(60)
class LatencyProxyTest {

    private static final Duration NONE = Duration.ZERO;
    private static final Duration LONG = Duration.ofSeconds(1);
    private static final Duration SOME = Duration.ofMillis(50);
    /** Many times what a link takes before it is not read. */
    private static final int MUCH = 40 << 20;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(listener));

    LatencyProxyTest() throws IOException {}

    @AfterEach
    void close() throws Exception {
        for (int last = opened.size() - 1; last >= 0; last--) {
            opened.get(last).close();
        }
    }

    private LatencyProxy proxy(Duration oneWay) {
        LatencyProxy proxy =
                LatencyProxy.start(listener.getInetAddress().getHostAddress(), listener.getLocalPort(), oneWay);
        opened.add(proxy);
        return proxy;
    }

    private Socket client(LatencyProxy proxy) throws IOException {
        return impatient(new Socket(proxy.host(), proxy.port()));
    }

    private Socket server() throws IOException {
        return impatient(listener.accept());
    }

    private Socket impatient(Socket socket) throws IOException {
        opened.add(socket);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static byte[] noise(long seed) {
        byte[] bytes = new byte[MUCH];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** They block, and the common pool may have one thread only. */
    private static void onThreadOfItsOwn(Runnable task) {
        Thread thread = new Thread(task, "test-of-latency-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static CompletableFuture<Void> writing(Socket socket, byte[] bytes) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        socket.getOutputStream().write(bytes);
                        socket.shutdownOutput();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                LatencyProxyTest::onThreadOfItsOwn);
    }

    private static CompletableFuture<byte[]> reading(Socket socket) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (InputStream in = socket.getInputStream()) {
                        return in.readAllBytes();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                LatencyProxyTest::onThreadOfItsOwn);
    }

    /** More than a link takes at once, so that it is neither always read nor always written. */
    @Test
    void everythingMustArriveAsItWasInBothDirectionsAtOnce() throws Exception {
        Socket client = client(proxy(SOME));
        Socket server = server();
        byte[] there = noise(1);
        byte[] back = noise(2);

        CompletableFuture<Void> sent = CompletableFuture.allOf(writing(client, there), writing(server, back));
        CompletableFuture<byte[]> arrivedThere = reading(server);
        CompletableFuture<byte[]> arrivedBack = reading(client);

        assertThat(arrivedThere.get(30, TimeUnit.SECONDS)).isEqualTo(there);
        assertThat(arrivedBack.get(30, TimeUnit.SECONDS)).isEqualTo(back);
        sent.get(30, TimeUnit.SECONDS);
    }

    /** What the systems of both ends keep, and the proxy's share, is far from all of it. */
    @Test
    void whatNobodyTakesMustNotBeReadForEver() throws Exception {
        Socket client = client(proxy(NONE));
        Socket server = server();
        AtomicLong written = new AtomicLong();
        byte[] piece = new byte[65_536];
        CompletableFuture<Void> sent = CompletableFuture.runAsync(
                () -> {
                    try {
                        for (int number = 0; number < 4_096; number++) {
                            client.getOutputStream().write(piece);
                            written.addAndGet(piece.length);
                        }
                    } catch (IOException closed) {
                        throw new IllegalStateException(closed);
                    }
                },
                LatencyProxyTest::onThreadOfItsOwn);

        assertThat(standing(sent, written)).isPositive().isLessThan(128L << 20);

        assertThat(server.getInputStream().readNBytes(256 << 20)).hasSize(256 << 20);
        sent.get(30, TimeUnit.SECONDS);
    }

    /** Where a count comes to a halt, or what it is in the end. */
    private static long standing(CompletableFuture<Void> counting, AtomicLong count) throws Exception {
        long before = -1;
        while (!counting.isDone() && count.get() != before) {
            before = count.get();
            try {
                counting.get(500, TimeUnit.MILLISECONDS);
            } catch (TimeoutException goesOn) {
                assertThat(counting).isNotCompletedExceptionally();
            }
        }
        return count.get();
    }

    @Test
    void eachWayMustTakeAtLeastItsTime() throws Exception {
        Socket client = client(proxy(SOME));
        Socket server = server();
        long begin = System.nanoTime();

        client.getOutputStream().write(1);
        assertThat(server.getInputStream().read()).isEqualTo(1);
        long there = System.nanoTime();
        server.getOutputStream().write(2);
        assertThat(client.getInputStream().read()).isEqualTo(2);

        assertThat(there - begin).isGreaterThanOrEqualTo(SOME.toNanos());
        assertThat(System.nanoTime() - there).isGreaterThanOrEqualTo(SOME.toNanos());
    }

    /** One by one they would take longer than the test may. */
    @Test
    @Timeout(30)
    void delaysMustNotAddUp() throws Exception {
        LatencyProxy proxy = proxy(LONG);
        List<Socket> servers = new ArrayList<>();
        for (int number = 0; number < 50; number++) {
            Socket client = client(proxy);
            servers.add(server());
            client.getOutputStream().write(number);
        }

        for (int number = 0; number < 50; number++) {
            assertThat(servers.get(number).getInputStream().read()).isEqualTo(number);
        }
    }

    @Test
    void anEndOfOneDirectionMustLeaveTheOther() throws Exception {
        Socket client = client(proxy(SOME));
        Socket server = server();
        client.getOutputStream().write(1);
        assertThat(server.getInputStream().read()).isEqualTo(1);

        long begin = System.nanoTime();
        client.shutdownOutput();
        assertThat(server.getInputStream().read()).isEqualTo(-1);
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(SOME.toNanos());
        server.getOutputStream().write(2);
        server.close();

        assertThat(client.getInputStream().readAllBytes()).containsExactly(2);
    }

    @Test
    void aResetMustBePassedOn() throws Exception {
        Socket client = client(proxy(SOME));
        Socket server = server();
        client.getOutputStream().write(1);
        assertThat(server.getInputStream().read()).isEqualTo(1);

        long begin = System.nanoTime();
        client.setSoLinger(true, 0);
        client.close();

        assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketException.class);
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(SOME.toNanos());
    }

    /** A client that sends COMMIT and is gone when more rows come for it: its COMMIT is on its way. */
    @Test
    void whatWasSentMustArriveAlthoughItsSenderTakesNoMore() throws Exception {
        Socket client = client(proxy(LONG));
        Socket server = server();
        server.getOutputStream().write(new byte[2_000_000]); // comes when the client has gone

        client.getOutputStream().write(1);
        client.close();

        assertThat(server.getInputStream().read()).isEqualTo(1);
    }

    @Test
    void aServerThatIsNotThereMustBreakTheConnectionOfTheClientAndOfNobodyElse() throws Exception {
        LatencyProxy proxy = proxy(NONE);
        Socket before = client(proxy);
        Socket server = server();
        listener.close();

        assertThatThrownBy(() -> client(proxy).getInputStream().read()).isInstanceOf(SocketException.class);

        before.getOutputStream().write(1);
        assertThat(server.getInputStream().read()).isEqualTo(1);
    }

    @Test
    void closingMustEndEverything() throws Exception {
        LatencyProxy proxy = proxy(Duration.ofSeconds(30));
        Socket client = client(proxy);
        Socket server = server();
        client.getOutputStream().write(1);

        proxy.close();
        proxy.close();

        assertThat(server.getInputStream().read()).isEqualTo(-1);
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThatThrownBy(() -> client(proxy)).isInstanceOf(IOException.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("latency-proxy"));
    }

    @Test
    void whatCannotBeMustBeRefused() {
        assertThatThrownBy(() -> LatencyProxy.start("127.0.0.1", 1, Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("oneWay must be zero or more, but was PT-0.001S");
        assertThatThrownBy(() -> LatencyProxy.start("nowhere.invalid", 1, NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "host must be a name or an address that leads somewhere, but was nowhere.invalid");
    }
}
