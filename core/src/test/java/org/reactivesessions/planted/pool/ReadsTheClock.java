package org.reactivesessions.planted.pool;

import java.util.function.LongSupplier;

/** A planted violation; see ArchitectureTest. */
public final class ReadsTheClock {

    static final LongSupplier MILLIS = System::currentTimeMillis;

    private ReadsTheClock() {}
}
