package org.reactivesessions.testkit.planted.junit;

import org.reactivesessions.error.LifePhase;
import org.testcontainers.utility.DockerImageName;

/** Breaks, on purpose, the rules that the annotations know nothing of core and that Testcontainers has a room of its own. */
public final class PlantedJunit {

    private PlantedJunit() {}

    public static String name() {
        return "annotations of " + LifePhase.class.getSimpleName() + DockerImageName.class.getSimpleName();
    }
}
