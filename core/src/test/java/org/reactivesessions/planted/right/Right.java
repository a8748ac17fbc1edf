package org.reactivesessions.planted.right;

/** A planted violation; see ArchitectureTest. */
public final class Right {

    public static final Class<?> FOUND = org.reactivesessions.planted.left.Left.class;

    private Right() {}
}
