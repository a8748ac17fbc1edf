package org.reactivesessions.proof.contestant;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.proof.journal.Told;
import org.reactivesessions.proof.workload.Operation;
import org.reactivesessions.proof.workload.OperationKind;
import org.reactivesessions.proof.workload.Script;
import org.reactivesessions.proof.workload.Statements;
import org.reactivesessions.proof.workload.Witness;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * pgjdbc on HikariCP, one thread for each transaction: a virtual one if the JDK has them. Whoever cancels interrupts it, which is
 * all that JDBC offers. Thread-safe.
 */
public final class Jdbc implements Contestant {

    private static final int ATTEMPTS = 10;
    private static final int TAKEN = 10;
    private static final String SERIALIZATION_FAILURE = "40001";

    private final HikariDataSource pool;
    private final ExecutorService threads;
    private final Scheduler scheduler;
    private final boolean virtual;

    public Jdbc(Target target, int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://" + target.host() + ":" + target.port() + "/" + target.database());
        config.setUsername(target.username());
        config.setPassword(target.password());
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(Limits.WHOLE.toMillis());
        config.setValidationTimeout(500);
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("options", "-c lock_timeout=" + Limits.LOCK.toMillis());
        config.addDataSourceProperty("loginTimeout", "2");
        config.addDataSourceProperty("socketTimeout", "" + (Limits.WHOLE.toSeconds() + 1));
        config.addDataSourceProperty("cancelSignalTimeout", "1");
        this.pool = new HikariDataSource(config);
        ExecutorService virtualThreads = virtualThreads();
        this.virtual = virtualThreads != null;
        this.threads = virtualThreads != null ? virtualThreads : Executors.newCachedThreadPool();
        this.scheduler = Schedulers.fromExecutorService(threads);
    }

    /** This is compiled for a JDK that has none. */
    private static @Nullable ExecutorService virtualThreads() {
        try {
            Method maker = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
            return (ExecutorService) maker.invoke(null);
        } catch (ReflectiveOperationException older) {
            return null;
        }
    }

    @Override
    public String name() {
        return "HikariCP and pgjdbc on " + (virtual ? "virtual threads" : "threads");
    }

    @Override
    public Mono<Verdict> run(Operation operation, Witness witness) {
        return Mono.fromCallable(() -> {
                    inTransaction(operation, witness);
                    return Verdict.of(Told.ACK, "");
                })
                .subscribeOn(scheduler)
                .timeout(Limits.WHOLE)
                .onErrorResume(PartTaken.class, mine -> Mono.empty())
                .onErrorResume(error -> Mono.just(Verdict.of(Told.ROLLED_BACK, String.valueOf(error))));
    }

    private void inTransaction(Operation operation, Witness witness) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                if (operation.serializable()) {
                    connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                }
                connection.setReadOnly(operation.kind() == OperationKind.READ);
                try {
                    work(operation, new Of(connection), witness);
                    connection.commit();
                    return;
                } catch (SQLException | RuntimeException failure) {
                    connection.rollback();
                    throw failure;
                }
            } catch (SQLException | RuntimeException failure) {
                if (!operation.serializable() || attempt == ATTEMPTS || !isSerializationFailure(failure)) {
                    throw failure;
                }
            }
        }
    }

    private static void work(Operation operation, Statements statements, Witness witness) {
        if (operation.kind() == OperationKind.STREAM) {
            Script.stream(operation, statements, witness).take(TAKEN).blockLast();
            throw new PartTaken();
        }
        Script.work(operation, statements, witness).block();
    }

    private static boolean isSerializationFailure(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof SQLException known && SERIALIZATION_FAILURE.equals(known.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Flux<String> onEachConnection(String sql) {
        int size = pool.getMaximumPoolSize();
        return Flux.range(0, size)
                .flatMap(
                        each -> Mono.fromCallable(() -> {
                                    try (Connection connection = pool.getConnection();
                                            PreparedStatement statement = connection.prepareStatement(sql);
                                            ResultSet row = statement.executeQuery()) {
                                        row.next();
                                        return row.getString(1);
                                    }
                                })
                                .subscribeOn(scheduler),
                        size);
    }

    @Override
    public Holding holding() {
        HikariPoolMXBean bean = pool.getHikariPoolMXBean();
        return new Holding(
                bean.getActiveConnections(), bean.getThreadsAwaitingConnection(), bean.getTotalConnections());
    }

    @Override
    public void close() {
        pool.close();
        threads.shutdownNow();
    }

    /** A stream of which a part was taken is rolled back. */
    private static final class PartTaken extends RuntimeException {

        private static final long serialVersionUID = 1L;

        PartTaken() {
            super("a part was taken", null, false, false);
        }
    }

    /** Statements on a connection; each runs on the thread that subscribes. */
    private record Of(Connection connection) implements Statements {

        private PreparedStatement statement(String sql, Object... values) throws SQLException {
            PreparedStatement statement = connection.prepareStatement(sql.replaceAll("\\$\\d", "?"));
            for (int index = 0; index < values.length; index++) {
                statement.setObject(index + 1, values[index]);
            }
            return statement;
        }

        @Override
        public Mono<Void> update(String sql, Object... values) {
            return Mono.fromCallable(() -> {
                        try (PreparedStatement statement = statement(sql, values)) {
                            return statement.executeUpdate();
                        }
                    })
                    .then();
        }

        @Override
        public Flux<List<Object>> query(String sql, int columns, Object... values) {
            return Mono.fromCallable(() -> rows(sql, columns, values)).flatMapIterable(rows -> rows);
        }

        private List<List<Object>> rows(String sql, int columns, Object... values) throws SQLException {
            try (PreparedStatement statement = statement(sql, values);
                    ResultSet row = statement.executeQuery()) {
                List<List<Object>> rows = new ArrayList<>();
                while (row.next()) {
                    List<Object> cells = new ArrayList<>(columns);
                    for (int column = 1; column <= columns; column++) {
                        Object cell = row.getObject(column);
                        cells.add(cell == null ? "" : cell);
                    }
                    rows.add(cells);
                }
                return rows;
            }
        }

        @Override
        public Mono<Void> undone(Function<Statements, Mono<Void>> work) {
            return Mono.fromCallable(connection::setSavepoint)
                    .flatMap(savepoint -> work.apply(this).then(Mono.fromCallable(() -> undo(savepoint))))
                    .then();
        }

        private boolean undo(Savepoint savepoint) throws SQLException {
            connection.rollback(savepoint);
            return true;
        }
    }
}
