package org.reactivesessions.benchmarks;

import reactor.core.publisher.Mono;

/** A contender whose transactions can be made to last, so that others have to wait. */
interface HoldingContender extends ReactiveContender {

    /** A transaction that does nothing and commits when it is told to. */
    Mono<Void> hold(Mono<Void> until);
}
