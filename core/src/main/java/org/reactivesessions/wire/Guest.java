package org.reactivesessions.wire;

import java.util.function.Consumer;

/**
 * A scope inside another one, which must not end before it. Compared by identity.
 *
 * <p><strong>Threads:</strong> thread-safe.
 *
 * @since 0.1
 */
public final class Guest {

    private final String name;
    private final Consumer<Throwable> ending;

    /**
     * Describes a scope.
     *
     * @param name its name, for messages
     * @param ending is told to end if the scope is still there when the gate is closed
     */
    public Guest(String name, Consumer<Throwable> ending) {
        this.name = name;
        this.ending = ending;
    }

    String name() {
        return name;
    }

    void tellToEnd() {
        ending.accept(StatementGate.ended());
    }
}
