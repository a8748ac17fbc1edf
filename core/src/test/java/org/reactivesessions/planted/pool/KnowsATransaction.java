package org.reactivesessions.planted.pool;

/** A planted violation; see ArchitectureTest. */
public final class KnowsATransaction {

    static final Class<?> FOUND = org.reactivesessions.planted.transaction.KnowsThePool.class;

    private KnowsATransaction() {}
}
