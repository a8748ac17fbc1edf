package org.reactivesessions.postgres;

import io.r2dbc.postgresql.api.CopyInBuilder;
import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlBatch;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlConnectionMetadata;
import io.r2dbc.postgresql.api.PostgresqlRow;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.function.Function;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The façade with the driver's own interface. COPY is gated, the timeouts are confined to the transaction, notifications
 * and cancel requests are refused. As thread-safe as the driver's connection.
 */
final class PostgresGatedConnection extends GatedConnection implements PostgresqlConnection {

    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE - 1);

    private final PostgresqlConnection physical;

    PostgresGatedConnection(PostgresqlConnection physical, StatementGate gate, TransactionDefinition definition) {
        super(physical, gate, definition);
        this.physical = physical;
    }

    @Override
    public PostgresqlStatement createStatement(String sql) {
        requireStatement(sql);
        return new PostgresGatedStatement(gate(), sql, () -> physical.createStatement(sql));
    }

    @Override
    protected Readable confine(Readable row) {
        return row instanceof PostgresqlRow postgresRow ? ConfinedRow.of(postgresRow) : row;
    }

    @Override
    protected <T> Publisher<T> read(Result result, boolean parameterised, Function<Readable, T> mapper) {
        return parameterised
                ? result.map(mapper)
                : ReadToEnd.of(reader -> result.map(row -> reader.mapped(() -> mapper.apply(row))));
    }

    @Override
    protected <T> Flux<T> drained(Flux<T> consumed) {
        return Unconsumed.drainDiscarded(consumed);
    }

    @Override
    public PostgresqlBatch createBatch() {
        gate().requireOpen();
        return new PostgresGatedBatch(gate(), physical.createBatch());
    }

    @Override
    public CopyInBuilder copyIn(String sql) {
        requireStatement(sql);
        return new GatedCopyIn(gate(), sql, physical);
    }

    @Override
    public PostgresqlConnectionMetadata getMetadata() {
        gate().requireOpen();
        return physical.getMetadata();
    }

    @Override
    public Mono<Boolean> validate(ValidationDepth depth) {
        return Mono.from(super.validate(depth));
    }

    @Override
    public Mono<Void> setStatementTimeout(Duration timeout) {
        return setLocal("statement_timeout", timeout);
    }

    @Override
    public Mono<Void> setLockWaitTimeout(Duration timeout) {
        return setLocal("lock_timeout", timeout);
    }

    /** The driver would set it for the session, and so for the next borrower. */
    private Mono<Void> setLocal(String parameter, Duration timeout) {
        if (!isTransactional()) {
            return refuse("setting " + parameter, "outside a transaction it would outlive the session");
        }
        if (timeout.isZero() || timeout.isNegative()) {
            return Mono.error(new IllegalArgumentException(parameter + " must be > 0, but was " + timeout
                    + "; PostgreSQL would take 0 for no limit. Send SET LOCAL " + parameter
                    + " = 0 if you want none."));
        }
        String sql = "SET LOCAL " + parameter + " = " + millis(timeout);
        return Flux.defer(() -> createStatement(sql).execute())
                .concatMap(result -> result.getRowsUpdated())
                .then();
    }

    /** Rounded up, because 0 means no limit, and to the most PostgreSQL takes. */
    private static long millis(Duration timeout) {
        return timeout.compareTo(LONGEST) > 0
                ? LONGEST.toMillis()
                : timeout.plusNanos(999_999).toMillis();
    }

    @Override
    public Mono<Void> cancelRequest() {
        return refuse("cancelRequest()", "cancel the subscription of the statement; the scope does the rest");
    }

    @Override
    public Flux<Notification> getNotifications() {
        return refuse("getNotifications()", "listen on a connection of your own that is not pooled")
                .thenMany(Flux.empty());
    }
}
