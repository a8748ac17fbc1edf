package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.r2dbc.postgresql.codec.DefaultCodecs;
import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import io.r2dbc.postgresql.message.Format;
import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.postgres.TestKitTally.Otherwise;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivestreams.Publisher;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * Outside a scope, the connections of {@code connectionFactory()} pass the TestKit that R2DBC has for drivers. All tests
 * share one pool, so each of them also shows that the one before it left its connection fit for use.
 */
@ExtendWith(PostgresExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(60)
class R2dbcTestKitIT implements PostgresTestKit {

    private static final byte[] VALUE = "test-value".getBytes(StandardCharsets.UTF_8);

    @RegisterExtension
    final TestKitTally tally = new TestKitTally(TestKitTally.TESTS, 1);

    private final ServerFixture fixture;
    private final ConnectionFactory connections;
    private final JdbcOperations witness;

    R2dbcTestKitIT(TestDatabase database) {
        this.fixture = ServerFixture.with(database, builder -> builder.pool(ServerFixture.roomyPool(2)));
        this.connections = fixture.sessions().connectionFactory();
        this.witness = new JdbcTemplate(new DriverManagerDataSource(database.jdbcUrl()));
    }

    @Override
    public ConnectionFactory getConnectionFactory() {
        return connections;
    }

    @Override
    public JdbcOperations getJdbcOperations() {
        return witness;
    }

    @AfterEach
    void everyConnectionMustBeBack() {
        assertThat(fixture.sessions().poolStatus().acquired()).isZero();
    }

    @AfterAll
    void leaveNothingBehind() {
        fixture.close();
    }

    /**
     * The kit reads a {@link Blob} to its end and then discards it. The driver's has released its buffer by then and does
     * it once more, which breaks the connection, with us or without. That is shown on a buffer of ours, because a broken
     * connection would drop signals. What holds on a connection: the value arrives if it is read or discarded, not both.
     */
    @Override
    @Test
    @Otherwise("the driver releases a Blob twice if it is discarded after it was read, without us too")
    public void blobSelect() {
        ByteBuf received = Unpooled.copiedBuffer("\\x" + HexFormat.of().formatHex(VALUE), StandardCharsets.UTF_8);
        Blob blob = Objects.requireNonNull(new DefaultCodecs(UnpooledByteBufAllocator.DEFAULT)
                .decode(received, PostgresqlObjectId.BYTEA.getObjectId(), Format.FORMAT_TEXT, Blob.class));
        Flux.from(blob.stream())
                .thenMany(blob.discard())
                .as(StepVerifier::create)
                .verifyComplete();
        assertThat(received.refCnt()).as("the driver's own share of its buffer").isZero();

        witness.update(expand(TestStatement.INSERT_BLOB_VALUE_PLACEHOLDER, "?"), (Object) VALUE);
        select(ByteBuffer.class, Mono::just)
                .as(StepVerifier::create)
                .expectNext(ByteBuffer.wrap(VALUE))
                .verifyComplete();
        select(Blob.class, Blob::stream)
                .as(StepVerifier::create)
                .expectNext(ByteBuffer.wrap(VALUE))
                .verifyComplete();
        select(Blob.class, Blob::discard).as(StepVerifier::create).verifyComplete();
    }

    /** Reads the one row as the kit does. */
    private <T, V> Flux<V> select(Class<T> type, Function<T, Publisher<V>> use) {
        return Flux.usingWhen(
                connections.create(),
                connection -> Flux.from(connection
                                .createStatement(expand(TestStatement.SELECT_BLOB_VALUE))
                                .execute())
                        .flatMap(result -> result.map((row, metadata) -> extractColumn(row, type)))
                        .flatMap(use),
                Connection::close);
    }
}
