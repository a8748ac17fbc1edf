package org.reactivesessions.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/** A service with one table, whose requests below {@code /tx} are transactions, and its database behind a proxy. */
final class Shop implements AutoCloseable {

    private final TestDatabase database;
    private final FaultProxy proxy;
    private final ReactiveSessions sessions;
    private final WebServer web;

    private Shop(
            TestDatabase database,
            UnaryOperator<RequestTransactions> settings,
            BiConsumer<ReactiveSessions, AnnotationConfigApplicationContext> beans) {
        this.database = database;
        run("CREATE TABLE IF NOT EXISTS item (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)");
        run("TRUNCATE item");
        proxy = FaultProxy.start(database.host(), database.port());
        sessions = PostgresSessions.builder()
                .host(proxy.host())
                .port(proxy.port())
                .database(database.database())
                .username(database.username())
                .password(database.password())
                .pool(PoolOptions.defaults().maxSize(2).acquireTimeout(WebServer.PATIENCE))
                .build();
        web = WebServer.with(context -> {
            RequestTransactions transactions = settings.apply(RequestTransactions.of(sessions));
            context.registerBean("transactions", WebFilter.class, () -> transactions.filter("/tx/**"));
            context.registerBean(AnsweredErrors.class);
            beans.accept(sessions, context);
        });
    }

    static Shop with(TestDatabase database, BiConsumer<ReactiveSessions, AnnotationConfigApplicationContext> beans) {
        return new Shop(database, UnaryOperator.identity(), beans);
    }

    static Shop with(
            TestDatabase database,
            UnaryOperator<RequestTransactions> settings,
            BiConsumer<ReactiveSessions, AnnotationConfigApplicationContext> beans) {
        return new Shop(database, settings, beans);
    }

    static Shop routed(TestDatabase database, BiConsumer<ReactiveSessions, RouterFunctions.Builder> routes) {
        return routed(database, UnaryOperator.identity(), routes);
    }

    static Shop routed(
            TestDatabase database,
            UnaryOperator<RequestTransactions> settings,
            BiConsumer<ReactiveSessions, RouterFunctions.Builder> routes) {
        return new Shop(database, settings, (sessions, context) -> {
            RouterFunctions.Builder builder = RouterFunctions.route();
            routes.accept(sessions, builder);
            RouterFunction<ServerResponse> built = builder.build();
            context.registerBean("routes", RouterFunction.class, () -> built);
        });
    }

    /** In a transaction of its own, or the one that is around. */
    static Mono<Long> insert(ReactiveSessions sessions, int id) {
        return sessions.withTransaction(
                session -> session.sql("INSERT INTO item VALUES ($1)", id).rowsUpdated());
    }

    static Mono<Long> transaction(ReactiveSessions sessions) {
        return sessions.withTransaction(session ->
                session.sql("SELECT txid_current()").one(row -> Objects.requireNonNull(row.get(0, Long.class))));
    }

    WebServer web() {
        return web;
    }

    FaultProxy proxy() {
        return proxy;
    }

    ReactiveSessions sessions() {
        return sessions;
    }

    /** How many transactions there have been. */
    long opened() {
        return sessions.statistics().sinceStart().opened();
    }

    /** Leaves the processor to those who are waited for. */
    static void pause() {
        LockSupport.parkNanos(5_000_000);
    }

    /** A client that writes what it likes, and reads if it likes. */
    Socket client(String head) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), web.port()));
        socket.getOutputStream().write(head.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    /** Past everything. */
    void run(String sql) {
        try (Connection jdbc = database.openJdbc();
                Statement statement = jdbc.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    /** Past everything. */
    long rows() {
        try (Connection jdbc = database.openJdbc();
                Statement statement = jdbc.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM item")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** When whatever was cancelled has been cleaned up, nobody has a connection. */
    void assertIdle() {
        sessions.quiesced().block(WebServer.PATIENCE);
        assertThat(sessions.poolStatus().acquired()).isZero();
        assertThat(sessions.activeSessions()).isEmpty();
    }

    @Override
    public void close() {
        web.close();
        assertIdle();
        sessions.close().block(WebServer.PATIENCE);
        proxy.close();
    }
}
