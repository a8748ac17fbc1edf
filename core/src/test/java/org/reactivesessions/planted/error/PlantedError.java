package org.reactivesessions.planted.error;

/** A planted violation; see ArchitectureTest. */
public final class PlantedError {

    static final Class<?> FOUND = org.reactivesessions.planted.wire.KnowsALease.class;

    private PlantedError() {}
}
