package org.reactivesessions.testkit.proxy;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;

/** A database, a proxy before it and a client logged in through the proxy, all gone after each test. */
@ExtendWith(PostgresExtension.class)
abstract class ProxiedClient {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    final TestDatabase database;
    final FaultProxy proxy;
    final WireClient client;

    ProxiedClient(TestDatabase database) throws Exception {
        this.database = database;
        this.proxy = FaultProxy.start(database.host(), database.port());
        this.client = WireClient.connect(proxy);
    }

    @BeforeEach
    void login() throws Exception {
        client.startup(database);
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        proxy.close();
        ServerCensus.await(database, PATIENCE, census -> census.backends().isEmpty());
    }
}
