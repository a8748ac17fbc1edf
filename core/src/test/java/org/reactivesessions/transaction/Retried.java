package org.reactivesessions.transaction;

import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.wire.GatedConnection;
import org.reactivestreams.Publisher;
import reactor.test.subscriber.TestSubscriber;

/** Transactions on a scripted database that may be run again, and how often their function was called. */
abstract class Retried {

    static final Duration WAIT = Duration.ofMinutes(1);
    static final Duration ENOUGH = Duration.ofMinutes(30);

    /** Its waits are random; hardly one in sixty thousand is so short that the next attempt is made at once. */
    static final TransactionRetry RETRY = TransactionRetry.defaults().backoff(WAIT, WAIT);

    @RegisterExtension
    final Stage stage = Stage.pooled(2);

    final ScriptedDatabase database = stage.database();
    final AtomicInteger calls = new AtomicInteger();

    static R2dbcRollbackException conflict() {
        return new R2dbcRollbackException("could not serialize access", "40001");
    }

    static TransactionOptions retried(TransactionRetry retry) {
        return TransactionOptions.defaults().named("transfer").retry(retry);
    }

    final <T> TestSubscriber<T> run(TransactionRetry retry, Function<GatedConnection, Publisher<T>> function) {
        return subscribe(stage.transactions().mono(retried(retry), connection -> {
            calls.incrementAndGet();
            return function.apply(connection);
        }));
    }

    final TestSubscriber<Long> transfer(TransactionRetry retry) {
        return run(retry, connection -> update(connection, "UPDATE"));
    }
}
