package org.reactivesessions.planted.wire;

/** A planted violation; see ArchitectureTest. */
public final class KnowsALease {

    static final Class<?> FOUND = org.reactivesessions.planted.pool.Blocks.class;

    private KnowsALease() {}
}
