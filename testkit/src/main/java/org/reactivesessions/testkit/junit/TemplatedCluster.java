package org.reactivesessions.testkit.junit;

import java.util.Map;
import org.reactivesessions.testkit.server.EmbeddedCluster;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * The cluster of a class, and the templates that were filled on it. Closing it ends its servers, with all their databases.
 *
 * <p>Thread-safe.
 */
final class TemplatedCluster implements AutoCloseable {

    private final EmbeddedCluster cluster;
    private final Templates templates = new Templates();

    TemplatedCluster(int replicas, Map<String, String> settings) {
        this.cluster = EmbeddedCluster.start(replicas, settings);
    }

    EmbeddedCluster cluster() {
        return cluster;
    }

    /** A new database on the primary of this moment. */
    TestDatabase freshDatabase(Template template) {
        return templates.copy(template, cluster.primary());
    }

    @Override
    public void close() {
        cluster.close();
    }
}
