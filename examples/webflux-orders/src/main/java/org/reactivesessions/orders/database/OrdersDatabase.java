package org.reactivesessions.orders.database;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * The database of the service. If nobody named one, it is on a server that this process starts, with a proxy in front of it that can
 * hold back what goes by, and both end with the process. Thread-safe; {@code toString} shows no address.
 */
public final class OrdersDatabase implements AutoCloseable {

    private final String url;
    private final String directUrl;
    private final @Nullable EmbeddedServer server;
    private final @Nullable FaultProxy proxy;

    private OrdersDatabase(String url, String directUrl, @Nullable EmbeddedServer server, @Nullable FaultProxy proxy) {
        this.url = url;
        this.directUrl = directUrl;
        this.server = server;
        this.proxy = proxy;
    }

    /**
     * One that somebody else runs.
     *
     * @param url such as {@code postgresql://user:password@host:5432/database}
     */
    static OrdersDatabase at(String url) {
        return new OrdersDatabase(url, url, null, null);
    }

    /** One of its own, to be closed by the caller. */
    static OrdersDatabase embedded() {
        EmbeddedServer server = EmbeddedServer.start();
        TestDatabase database = server.freshDatabase();
        FaultProxy proxy = FaultProxy.start(database.host(), database.port());
        String throughProxy = database.r2dbcUrl(proxy.host(), proxy.port()).substring("r2dbc:".length());
        return new OrdersDatabase(throughProxy, database.url(), server, proxy);
    }

    /**
     * Where the service connects to.
     *
     * @return a URL with a password in it
     */
    public String url() {
        return url;
    }

    /**
     * Where a witness connects to, past the proxy if there is one.
     *
     * @return a URL with a password in it
     */
    public String directUrl() {
        return directUrl;
    }

    /**
     * The server, if it is this process's own.
     *
     * @return {@code null} if somebody else runs it
     */
    public @Nullable EmbeddedServer server() {
        return server;
    }

    /**
     * What is between the service and its server, if that is this process's own.
     *
     * @return {@code null} if there is nothing
     */
    public @Nullable FaultProxy proxy() {
        return proxy;
    }

    @Override
    public void close() {
        if (proxy != null) {
            proxy.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Override
    public String toString() {
        return "OrdersDatabase[" + (server == null ? "elsewhere" : "embedded") + "]";
    }
}
