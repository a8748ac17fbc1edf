package org.reactivesessions.wire;

import reactor.util.context.Context;

/**
 * What a driver sees of an application's Reactor Context: everything except discard hooks. A hook that releases
 * reference-counted objects would make r2dbc-postgresql execute a statement whose result was dropped
 * ({@code PostgresqlResult.deallocate}). Stateless and thread-safe.
 *
 * @since 0.1
 */
public final class DriverContext {

    /** Reactor keeps this key to itself ({@code Hooks.KEY_ON_DISCARD}); a test notices if it changes. */
    private static final String DISCARD_HOOK = "reactor.onDiscard.local";

    private DriverContext() {}

    /**
     * Hides the discard hooks of a Context.
     *
     * @param context the application's
     * @return a Context for publishers of the driver
     */
    public static Context of(Context context) {
        return context.hasKey(DISCARD_HOOK) ? context.delete(DISCARD_HOOK) : context;
    }
}
