package org.reactivesessions.postgres;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Connections of the driver's with nothing of this library around them, and the errors it gives. */
final class Driver implements AutoCloseable {

    /** What is said of something that should have failed. */
    static final String SUCCEEDED = "it succeeded";

    private static final Duration PATIENCE = ServerFixture.PATIENCE;

    private final String host;
    private final int port;
    private final String database;
    private final String username;
    private final String password;
    private final List<PostgresqlConnection> opened = new ArrayList<>();

    Driver(TestDatabase to) {
        this(to.host(), to.port(), to.database(), to.username(), to.password());
    }

    Driver(PostgresServer to) {
        this(to.host(), to.port(), "postgres", to.username(), to.password());
    }

    private Driver(String host, int port, String database, String username, String password) {
        this.host = host;
        this.port = port;
        this.database = database;
        this.username = username;
        this.password = password;
    }

    private PostgresqlConnectionConfiguration.Builder address() {
        return PostgresqlConnectionConfiguration.builder()
                .host(host)
                .port(port)
                .database(database)
                .username(username)
                .password(password);
    }

    private static Mono<PostgresqlConnection> connect(PostgresqlConnectionConfiguration.Builder address) {
        return new PostgresqlConnectionFactory(address.build()).create();
    }

    PostgresqlConnection open() {
        PostgresqlConnection connection =
                Objects.requireNonNull(connect(address()).block(PATIENCE));
        opened.add(connection);
        return connection;
    }

    /** What keeps a connection to another address from being opened. */
    Throwable refusal(UnaryOperator<PostgresqlConnectionConfiguration.Builder> change) {
        return failure(connect(change.apply(address())));
    }

    static Mono<Void> send(PostgresqlConnection connection, String sql) {
        return read(connection.createStatement(sql));
    }

    /** Reads to the end whatever fails on the way, and fails with the first error then: the driver drops what is left unread. */
    static Mono<Void> read(PostgresqlStatement statement) {
        return statement
                .execute()
                .concatMap(result ->
                        result.getRowsUpdated().then(Mono.<Throwable>empty()).onErrorResume(Mono::just))
                .onErrorResume(Mono::just)
                .collectList()
                .flatMap(errors -> errors.isEmpty() ? Mono.empty() : Mono.error(errors.get(0)));
    }

    static void run(PostgresqlConnection connection, String... texts) {
        for (String sql : texts) {
            send(connection, sql).block(PATIENCE);
        }
    }

    static int pid(PostgresqlConnection connection) {
        return Objects.requireNonNull(connection
                .createStatement("SELECT pg_backend_pid()")
                .execute()
                .concatMap(result -> result.map((Readable row) -> Objects.requireNonNull(row.get(0, Integer.class))))
                .blockLast(PATIENCE));
    }

    static Throwable failure(PostgresqlConnection connection, String sql) {
        return failure(send(connection, sql));
    }

    static Throwable failure(Publisher<?> publisher) {
        return Objects.requireNonNull(Mono.fromFuture(failing(publisher)).block(PATIENCE));
    }

    static CompletableFuture<Throwable> failing(PostgresqlConnection connection, String sql) {
        return failing(send(connection, sql));
    }

    /** Sends at once. */
    static CompletableFuture<Throwable> failing(Publisher<?> publisher) {
        return Mono.fromDirect(publisher)
                .<Throwable>then(Mono.just(new AssertionError(SUCCEEDED)))
                .onErrorResume(Mono::just)
                .toFuture();
    }

    @Override
    public void close() {
        for (PostgresqlConnection connection : opened) {
            connection.close().onErrorComplete().block(PATIENCE); // the server may have closed it
        }
    }
}
