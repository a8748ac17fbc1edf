package org.reactivesessions.testkit.junit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/**
 * What annotations may say, with errors that name the value, the rule, and what to write instead.
 *
 * <p>Stateless and therefore thread-safe.
 */
final class Rules {

    private static final int MOST_REPLICAS = 8;

    private Rules() {}

    /**
     * Checks everything that can be checked without a server.
     *
     * @throws ExtensionConfigurationException if something breaks a rule
     */
    static void check(Declared declared) {
        Template.of(declared.settings(), declared.testClass());
        PostgresTest settings = declared.settings();
        PostgresCluster cluster = declared.cluster();
        if (!settings.image().isEmpty() && settings.server() != ServerKind.CONTAINER) {
            throw broken(
                    "@PostgresTest",
                    declared,
                    "image is '" + settings.image() + "', but server is " + settings.server()
                            + ", and only a container has an image. Write server = ServerKind.CONTAINER, or leave image out");
        }
        if (cluster == null) {
            return;
        }
        if (settings.server() != ServerKind.CURRENT) {
            throw broken(
                    "@PostgresTest",
                    declared,
                    "server is " + settings.server()
                            + ", but there is a @PostgresCluster too, on whose primary databases are made."
                            + " Leave server out, or take @PostgresCluster away");
        }
        if (cluster.replicas() < 1 || cluster.replicas() > MOST_REPLICAS) {
            throw broken(
                    "@PostgresCluster",
                    declared,
                    "replicas is " + cluster.replicas() + ", but must be from 1 to " + MOST_REPLICAS
                            + ". For a server without a standby write @PostgresTest");
        }
        settings(declared, cluster);
    }

    /** The settings of a cluster by name. */
    static Map<String, String> settings(Declared declared, PostgresCluster cluster) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String setting : cluster.settings()) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw broken(
                        "@PostgresCluster",
                        declared,
                        "settings has '" + setting
                                + "', but each must be name=value. Write \"work_mem=1MB\", for example");
            }
            settings.put(
                    setting.substring(0, equals).strip(),
                    setting.substring(equals + 1).strip());
        }
        return settings;
    }

    private static ExtensionConfigurationException broken(String annotation, Declared declared, String what) {
        return new ExtensionConfigurationException(
                annotation + " of " + declared.testClass().getName() + ": " + what);
    }
}
