package org.reactivesessions.scripted;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Result;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;

/** A batch that goes as one message, its texts joined, as r2dbc-postgresql's does. Not thread-safe. */
final class ScriptedBatch implements Batch {

    private final ScriptedConnection connection;
    private final List<String> texts = new ArrayList<>();

    ScriptedBatch(ScriptedConnection connection) {
        this.connection = connection;
    }

    @Override
    public ScriptedBatch add(String sql) {
        texts.add(sql);
        return this;
    }

    @Override
    public Flux<Result> execute() {
        String joined = String.join("; ", texts);
        return Flux.defer(() -> {
            Exchange sent = connection.send(joined, joined);
            return Flux.just(new ScriptedResult(() -> sent, segment -> true));
        });
    }
}
