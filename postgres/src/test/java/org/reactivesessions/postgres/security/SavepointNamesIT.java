package org.reactivesessions.postgres.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A library's name for a savepoint is any text; it reaches no server, and still means its savepoint. */
@SecurityRow("S7")
@ExtendWith(PostgresExtension.class)
class SavepointNamesIT {

    private static final List<String> HOSTILE = List.of(
            "a; DROP TABLE item",
            "a; COMMIT",
            "a\"; COMMIT; SAVEPOINT \"b",
            "\"",
            "'; COMMIT; --",
            "a\0; COMMIT",
            "x".repeat(500),
            "",
            " ",
            "select",
            "l1",
            "Ä 表 😀");
    private static final int GENERATED = 30;

    private final ServerFixture fixture;

    SavepointNamesIT(TestDatabase database) {
        fixture = ServerFixture.on(database);
        fixture.run("DROP TABLE IF EXISTS item; CREATE TABLE item (id int)");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static List<String> names() {
        Random random = new Random(7);
        return Stream.concat(
                        HOSTILE.stream(),
                        Stream.generate(() -> random.ints(1 + random.nextInt(40), 0, 0x180)
                                        .collect(
                                                StringBuilder::new,
                                                StringBuilder::appendCodePoint,
                                                StringBuilder::append)
                                        .toString())
                                .limit(GENERATED))
                .toList();
    }

    private static Mono<Void> insert(Connection connection) {
        return Flux.from(connection
                        .createStatement("INSERT INTO item VALUES (1)")
                        .execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    /** Three rows, of which that behind the savepoint is undone; then a savepoint that is released. */
    private static Mono<Void> work(Connection connection, String name) {
        return insert(connection)
                .then(Mono.fromDirect(connection.createSavepoint(name)))
                .then(insert(connection))
                .then(Mono.fromDirect(connection.rollbackTransactionToSavepoint(name)))
                .then(Mono.fromDirect(connection.createSavepoint(name)))
                .then(insert(connection))
                .then(Mono.fromDirect(connection.releaseSavepoint(name)));
    }

    private void mustMeanItsSavepoint(java.util.function.Function<String, Mono<Void>> transaction) {
        Rule savepoints = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("SAVEPOINT"));
        Rule ours = fixture.proxy()
                .watch(FrameMatch.fromClient('Q')
                        .sql("^(SAVEPOINT|ROLLBACK TO SAVEPOINT|RELEASE SAVEPOINT) l[0-9]{1,10}$"));
        int sent = 0;
        for (String name : names()) {
            fixture.run("TRUNCATE item");
            transaction.apply(name).block(ServerFixture.PATIENCE);
            sent += 4;
            assertThat(fixture.number("SELECT count(*) FROM item")).as(name).isEqualTo(2);
            assertThat(ours.hits()).as(name).isEqualTo(sent);
            assertThat(savepoints.hits()).as(name).isEqualTo(sent);
        }
    }

    @Test
    void anyNameMustMeanItsSavepointOnAConnectionOfItsOwn() {
        mustMeanItsSavepoint(name -> Mono.usingWhen(
                Mono.<Connection>from(fixture.sessions().connectionFactory().create()),
                connection -> Mono.fromDirect(connection.beginTransaction())
                        .then(work(connection, name))
                        .then(Mono.fromDirect(connection.commitTransaction())),
                Connection::close));
    }

    @Test
    void anyNameMustMeanItsSavepointInsideAScope() {
        mustMeanItsSavepoint(name -> fixture.sessions()
                .withTransaction(session -> Mono.<Connection>from(
                                session.connectionFactory().create())
                        .flatMap(connection -> work(connection, name))));
    }

    /** A name of nobody's is refused here, and not asked for on the server. */
    @Test
    void aNameThatWasNeverGivenMustBeRefused() {
        Rule savepoints = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("SAVEPOINT"));
        Throwable refused = Mono.usingWhen(
                        Mono.<Connection>from(
                                fixture.sessions().connectionFactory().create()),
                        connection -> Mono.fromDirect(connection.beginTransaction())
                                .then(Mono.fromDirect(connection.releaseSavepoint("a; COMMIT"))),
                        Connection::close)
                .materialize()
                .mapNotNull(signal -> signal.getThrowable())
                .block(ServerFixture.PATIENCE);

        assertThat(refused).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("does not exist");
        assertThat(savepoints.hits()).isZero();
    }
}
