package org.reactivesessions.orders.chaos;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.orders.OrdersProperties;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;

/**
 * Says who may break things and start load: where the service listens for this machine only, whoever is on it, by a page of the service
 * or by a program, but by no page of anybody else's, whatever name that has given this address. Thread-safe.
 */
@Component
public class ChaosGuard {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

    private final boolean loopbackOnly;
    private final boolean anywhere;

    @Autowired
    ChaosGuard(ServerProperties server, OrdersProperties orders) {
        this(server.getAddress(), orders.chaos().anywhere());
    }

    ChaosGuard(@Nullable InetAddress listensOn, boolean anywhere) {
        this.loopbackOnly = listensOn != null && listensOn.isLoopbackAddress();
        this.anywhere = anywhere;
    }

    /**
     * Tells whether anybody may.
     *
     * @return whether the page shows the buttons
     */
    public boolean isOpen() {
        return loopbackOnly || anywhere;
    }

    /**
     * Lets a request pass, or not.
     *
     * @param request what is asked for
     * @throws ChaosRefusedException if it may not be done for whoever asks
     */
    public void check(ServerHttpRequest request) {
        if (!isOpen()) {
            throw ChaosRefusedException.forbidden(
                    "this service listens for other machines as well, and only who may break it can do this; start it with"
                            + " --server.address=127.0.0.1, or with --orders.chaos.anywhere=true if everybody may");
        }
        InetSocketAddress host = request.getHeaders().getHost();
        if (!anywhere && (host == null || !LOOPBACK.contains(host.getHostString()))) {
            throw ChaosRefusedException.forbidden("ask for it by the name localhost or the address 127.0.0.1");
        }
        String origin = request.getHeaders().getOrigin();
        if (origin != null && !isOfThisService(origin, host)) {
            throw ChaosRefusedException.forbidden("only a page of this service can ask for it");
        }
    }

    private static boolean isOfThisService(String origin, @Nullable InetSocketAddress host) {
        try {
            URI page = URI.create(origin);
            return host != null
                    && host.getHostString().equals(page.getHost())
                    && port(host.getPort(), page.getScheme()) == port(page.getPort(), page.getScheme());
        } catch (IllegalArgumentException unreadable) {
            return false;
        }
    }

    private static int port(int said, @Nullable String scheme) {
        return said > 0 ? said : "https".equals(scheme) ? 443 : 80;
    }
}
