package org.reactivesessions.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The transactions on JDBC. */
final class Jdbc implements BlockingContender {

    /** As many as a servlet container has for those who come, unless it is told otherwise. */
    private static final int WORKERS = 200;

    private static final String READ_TEXT = JdbcScope.text(READ);
    private static final String DEBIT_TEXT = JdbcScope.text(DEBIT);
    private static final String NOTE_TEXT = JdbcScope.text(NOTE);

    private final JdbcScope scope;
    private final Terms terms;
    private final IntFunction<ExecutorService> threads;
    private final AtomicReference<@Nullable ExecutorService> arriving = new AtomicReference<>();

    /**
     * Opens a pool.
     *
     * @param threads makes the threads of so many callers
     */
    Jdbc(Endpoint endpoint, IntFunction<ExecutorService> threads) {
        this(endpoint, Terms.PLAIN, threads);
    }

    Jdbc(Endpoint endpoint, Terms terms, IntFunction<ExecutorService> threads) {
        this.scope = new JdbcScope(endpoint, POOL);
        this.terms = terms;
        this.threads = threads;
    }

    @Override
    public ExecutorService threads(int callers) {
        return threads.apply(callers);
    }

    @Override
    public void start(Workload workload, int id, Consumer<Optional<Throwable>> ended) {
        workers().execute(() -> {
            Optional<Throwable> failure = Optional.empty();
            try {
                workload.of(this, id);
            } catch (RuntimeException failed) {
                failure = Optional.of(failed);
            }
            ended.accept(failure);
        });
    }

    private ExecutorService workers() {
        ExecutorService there = arriving.get();
        if (there != null) {
            return there;
        }
        ExecutorService made = threads.apply(WORKERS);
        if (arriving.compareAndSet(null, made)) {
            return made;
        }
        made.shutdown();
        return workers();
    }

    private <T> T inTransaction(JdbcScope.Work<T> work) {
        return scope.inTransaction(
                terms == Terms.PLAIN
                        ? work
                        : connection -> {
                            JdbcScopes.settings(connection);
                            return work.on(connection);
                        });
    }

    @Override
    public Long read1(int id) {
        return inTransaction(connection -> JdbcScope.query(connection, READ_TEXT, id));
    }

    @Override
    public Long write3(int id) {
        return inTransaction(connection -> {
            debit(connection, id);
            return note(connection, id, JdbcScope.query(connection, READ_TEXT, id));
        });
    }

    private static void debit(Connection connection, int id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DEBIT_TEXT)) {
            statement.setInt(1, id);
            statement.executeUpdate();
        }
    }

    private static long note(Connection connection, int id, long balance) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NOTE_TEXT)) {
            statement.setInt(1, id);
            statement.setLong(2, balance);
            return statement.executeUpdate();
        }
    }

    @Override
    public void close() {
        ExecutorService there = arriving.get();
        if (there != null) {
            there.shutdownNow();
        }
        scope.close();
    }
}
