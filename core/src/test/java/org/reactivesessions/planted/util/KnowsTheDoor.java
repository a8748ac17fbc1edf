package org.reactivesessions.planted.util;

/** A planted violation; see ArchitectureTest. */
public final class KnowsTheDoor {

    static final String FOUND = org.reactivesessions.planted.Door.NAME;

    private KnowsTheDoor() {}
}
