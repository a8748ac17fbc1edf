package org.reactivesessions.planted.observation;

/** A planted violation; see ArchitectureTest. */
public final class PlantedListener {

    static final Class<?> FOUND = org.reactivesessions.planted.pool.Blocks.class;

    private PlantedListener() {}
}
