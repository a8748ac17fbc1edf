package org.reactivesessions.benchmarks;

import java.util.Optional;

/**
 * The scopes of a contender that does one transaction after the other on a connection: queued ones cost what they cost alone.
 */
final class Sequential implements CountedScopes {

    private final CountedScopes scopes;

    Sequential(CountedScopes scopes) {
        this.scopes = scopes;
    }

    @Override
    public Optional<Runnable> of(CountedScope scope) {
        return switch (scope) {
            case QUEUED ->
                scopes.of(CountedScope.READ_ONLY).map(run -> () -> {
                    for (int i = 0; i < scope.statements(); i++) {
                        run.run();
                    }
                });
            case AWAITED, STARTED_AT, MARKED_3 -> Optional.empty();
            default -> scopes.of(scope);
        };
    }

    @Override
    public void close() {
        scopes.close();
    }
}
