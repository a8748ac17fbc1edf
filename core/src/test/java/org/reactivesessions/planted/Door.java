package org.reactivesessions.planted;

/** A planted violation; see ArchitectureTest. */
public final class Door {

    public static final String NAME = "door".trim();

    private Door() {}
}
