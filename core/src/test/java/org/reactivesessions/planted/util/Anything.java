package org.reactivesessions.planted.util;

/** A planted violation; see ArchitectureTest. */
public final class Anything {

    private Anything() {}
}
