package org.reactivesessions.planted.wire;

/** A planted violation; see ArchitectureTest. */
public final class KnowsADriver {

    static final Class<?> FOUND = io.r2dbc.h2.H2ConnectionFactory.class;

    private KnowsADriver() {}
}
