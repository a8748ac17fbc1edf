package org.reactivesessions.testkit.rollback;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Result;
import org.reactivestreams.Publisher;

/** A batch of a {@link SharedConnection}. Not thread-safe, as the driver's. */
final class SharedBatch implements Batch {

    private final Batch batch;
    private final SharedConnection connection;

    SharedBatch(Batch batch, SharedConnection connection) {
        this.batch = batch;
        this.connection = connection;
    }

    @Override
    public Batch add(String sql) {
        TransactionText.refuseControl(sql);
        batch.add(sql);
        return this;
    }

    @Override
    public Publisher<? extends Result> execute() {
        return connection.results(batch::execute);
    }
}
