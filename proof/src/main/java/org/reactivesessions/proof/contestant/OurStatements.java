package org.reactivesessions.proof.contestant;

import java.util.List;
import java.util.function.Function;
import org.reactivesessions.Session;
import org.reactivesessions.proof.workload.Statements;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Statements in a session. */
record OurStatements(Session session) implements Statements {

    @Override
    public Mono<Void> update(String sql, Object... values) {
        return session.sql(sql, values).rowsUpdated().then();
    }

    @Override
    public Flux<List<Object>> query(String sql, int columns, Object... values) {
        return session.sql(sql, values).all(row -> Cells.of(row, columns));
    }

    @Override
    public Mono<Void> undone(Function<Statements, Mono<Void>> work) {
        return session.nested(inner -> work.apply(new OurStatements(inner)).then(Mono.<Void>error(Undo::new)))
                .onErrorResume(Undo.class, mine -> Mono.empty());
    }

    private static final class Undo extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Undo() {
            super("undo", null, false, false);
        }
    }
}
