package org.reactivesessions.postgres.cancelrun;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The two inserts of a transaction, as services chain them, with marks at every step. */
final class Work {

    private final Track track;
    private final Plan plan;
    private final Statements statements;

    private Work(Track track, Statements statements) {
        this.track = track;
        this.plan = track.plan();
        this.statements = statements;
    }

    /** Both inserts as a single value. */
    static Mono<Long> single(Track track, Statements statements) {
        Work work = new Work(track, statements);
        return work.isBatch() ? work.both() : work.first().flatMap(rows -> work.second());
    }

    /** Both inserts as a stream: an element after each. */
    static Flux<Long> stream(Track track, Statements statements) {
        Work work = new Work(track, statements);
        return work.isBatch() ? work.both().flux() : Flux.concat(work.first(), Mono.defer(work::second));
    }

    private boolean isBatch() {
        return plan.course() == Plan.Course.BATCH && !plan.fails();
    }

    private Mono<Long> first() {
        Mono<Long> rows =
                marked(statements.insert(plan.first(), track.number(), 1), Step.FIRST_IN_FLIGHT, Step.BETWEEN);
        Mono<Long> then = switch (plan.course()) {
            case STRAIGHT, BATCH -> rows;
            case HOP -> rows.publishOn(Schedulers.parallel());
            case GLANCE -> rows.flatMap(inserted -> glance());
        };
        return plan.fails() ? then.then(Mono.error(PlannedFailure::new)) : then;
    }

    private Mono<Long> second() {
        return marked(statements.insert(plan.second(), track.number(), 2), Step.SECOND_IN_FLIGHT, Step.WORKED);
    }

    private Mono<Long> both() {
        return marked(statements.insertBoth(track.number()), Step.FIRST_IN_FLIGHT, Step.WORKED);
    }

    /**
     * The cancel comes from another thread, and the function goes on there. The value is ignored first, because Reactor's
     * own operators that give up drop a value that arrives at the same moment.
     */
    private Mono<Long> glance() {
        return GivenUp.after(
                        plan.patienceNanos(),
                        marked(statements.query(track.number()), Step.GLANCING, Step.GLANCING)
                                .then())
                .thenReturn(0L);
    }

    private Mono<Long> marked(Mono<Long> statement, Step sent, Step answered) {
        return Mono.defer(() -> {
            track.enter(sent);
            return statement.doOnSuccess(rows -> track.enter(answered));
        });
    }
}
