package org.reactivesessions.testkit.planted.junit;

import org.reactivesessions.error.LifePhase;

/** Breaks, on purpose, the rule that the annotations know nothing of core. */
public final class PlantedJunit {

    private PlantedJunit() {}

    public static String name() {
        return "annotations of " + LifePhase.class.getSimpleName();
    }
}
