package org.reactivesessions.planted.dialect;

/** A planted violation; see ArchitectureTest. */
public final class PlantedDialect {

    static final Class<?> FOUND = org.reactivesessions.planted.pool.Blocks.class;

    private PlantedDialect() {}
}
