package org.reactivesessions.testkit.planted.proxy;

import org.reactivesessions.testkit.planted.server.PlantedServer;

/** Closes, on purpose, a cycle with {@link PlantedServer}. */
public final class PlantedProxy {

    private PlantedProxy() {}

    public static String name() {
        return "proxy of " + PlantedServer.name();
    }
}
