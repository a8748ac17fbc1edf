package org.reactivesessions.testkit.planted.server;

import org.reactivesessions.testkit.planted.proxy.PlantedProxy;

/** Breaks, on purpose, the rule that the server stands alone. */
public final class PlantedServer {

    private PlantedServer() {}

    public static String name() {
        return "server of " + PlantedProxy.class.getSimpleName();
    }
}
