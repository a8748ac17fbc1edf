package org.reactivesessions.testkit.junit;

import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.reactivesessions.testkit.container.ContainerServer;

/**
 * The way to Testcontainers, which need not be there. Thread-safe.
 */
final class Containers {

    private Containers() {}

    /**
     * Whether Docker is there.
     *
     * @throws ExtensionConfigurationException if Testcontainers is not on the class path
     */
    static boolean arePossible() {
        try {
            return ContainerServer.isPossible();
        } catch (NoClassDefFoundError missing) {
            throw new ExtensionConfigurationException(
                    "server = ServerKind.CONTAINER needs Testcontainers on the class path, but it is not there. Add"
                            + " org.testcontainers:testcontainers to the tests' dependencies, or leave server out for the embedded"
                            + " server, which needs no Docker",
                    missing);
        }
    }

    static ContainerServer start(String image) {
        return ContainerServer.start(image.isEmpty() ? ContainerServer.DEFAULT_IMAGE : image);
    }
}
