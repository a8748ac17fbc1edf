package org.reactivesessions.planted.pool;

/** A planted violation; see ArchitectureTest. */
public final class Blocks {

    private Blocks() {}

    static void now() {
        reactor.core.publisher.Mono.empty().block();
    }
}
