package org.reactivesessions.testkit.proxy;

import static org.reactivesessions.testkit.proxy.WireClient.body;
import static org.reactivesessions.testkit.proxy.WireClient.length;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** A server whose every byte the test writes, and a proxy before it, both gone after each test. */
abstract class RawServer {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final byte[] STARTUP = body(length(9), length(196_608), new byte[1]);

    final ServerSocket listener;
    final FaultProxy proxy;

    RawServer() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = FaultProxy.start(listener.getInetAddress().getHostAddress(), listener.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        listener.close();
    }
}
