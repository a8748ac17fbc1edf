package org.reactivesessions.testkit.sessions;

import io.r2dbc.spi.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.Session;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What is done in a savepoint so that it is like a transaction: settings that end with it, and a look at deferred constraints before it
 * is kept. Used for one scope. Thread-safe.
 */
final class SavepointWork {

    private static final String LOOK = "look_at_constraints";

    private record Setting(String name, String before) {}

    private final Session session;
    private final Asked asked;
    private final List<Setting> changed = new ArrayList<>(); // by one signal after the other

    SavepointWork(Session session, Asked asked) {
        this.session = session;
        this.asked = asked;
    }

    /** PostgreSQL goes back to read-write with the savepoint by itself; settings last until the end of the transaction. */
    Mono<Void> prepare() {
        Mono<Void> settings = Flux.fromIterable(asked.settings().entrySet())
                .concatMap(this::set)
                .then();
        return asked.isReadOnly()
                ? settings.then(config("transaction_read_only", "on").then())
                : settings;
    }

    private Mono<String> set(Map.Entry<String, String> setting) {
        return config(setting.getKey(), setting.getValue())
                .doOnNext(before -> changed.add(new Setting(setting.getKey(), before)));
    }

    private Mono<String> config(String name, @Nullable String value) {
        return session.sql("SELECT coalesce(current_setting($1, true), ''), set_config($1, $2, true)", name, value)
                .one(row -> Objects.requireNonNull(row.get(0, String.class)));
    }

    /** What COMMIT does, and SAVEPOINT does not. */
    Mono<Void> complete() {
        return Flux.defer(() -> Flux.fromIterable(changed))
                .concatMap(setting -> config(setting.name(), setting.before()))
                .then(look());
    }

    /** From a savepoint that is gone back to, so that constraints stay deferred for what comes next. */
    private Mono<Void> look() {
        return Mono.from(session.connectionFactory().create())
                .flatMap(connection -> Mono.from(connection.createSavepoint(LOOK))
                        .then(session.sql("SET CONSTRAINTS ALL IMMEDIATE").execute())
                        .then(back(connection)));
    }

    private static Mono<Void> back(Connection connection) {
        return Mono.defer(() -> Mono.from(connection.rollbackTransactionToSavepoint(LOOK)))
                .then(Mono.defer(() -> Mono.from(connection.releaseSavepoint(LOOK))));
    }
}
