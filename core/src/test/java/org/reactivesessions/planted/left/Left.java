package org.reactivesessions.planted.left;

/** A planted violation; see ArchitectureTest. */
public final class Left {

    public static final Class<?> FOUND = org.reactivesessions.planted.right.Right.class;

    private Left() {}
}
