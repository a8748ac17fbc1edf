package org.reactivesessions.planted.transaction;

/** A planted violation; see ArchitectureTest. */
public final class KnowsThePool {

    static final Class<?> FOUND = io.r2dbc.pool.ConnectionPool.class;

    private KnowsThePool() {}
}
