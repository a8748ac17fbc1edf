package org.reactivesessions.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Gives the tests of a class a primary and standbys of their own, started by this JVM, without Docker.
 *
 * <pre>{@code
 * @PostgresCluster(replicas = 1)
 * class FailoverTest {
 *
 *     @Test
 *     void writesMustGoOnAfterAFailover(EmbeddedCluster cluster, TestDatabase database) { … }
 * }
 * }</pre>
 *
 * <p>Tests get the {@link org.reactivesessions.testkit.server.EmbeddedCluster} as a parameter, and whatever {@link PostgresTest} offers:
 * their databases are made on the primary of that moment. A {@link PostgresTest} beside this annotation says how those are made; its
 * {@link PostgresTest#server()} cannot be chosen then.
 *
 * <p>The cluster is started by the first test that asks for something, in about three seconds, and closed after the class. Before each
 * test it is {@linkplain org.reactivesessions.testkit.server.EmbeddedCluster#restart() made whole}: who was killed, stopped, frozen,
 * paused or replaced by the test before is a working part of it again. The roles stay as they are. Its databases end with it.
 *
 * <p>The annotation is inherited, may be put on another annotation, and holds for nested classes. Tests of one class do not run in
 * parallel, since they share the cluster.
 *
 * @since 0.1
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Execution(ExecutionMode.SAME_THREAD)
@ExtendWith(PostgresTestExtension.class)
public @interface PostgresCluster {

    /**
     * How many standbys stream from the primary.
     *
     * @return from 1 to 8, 1 by default
     */
    int replicas() default 1;

    /**
     * Settings of all servers, each as {@code name=value} with the name as in {@code postgresql.conf}.
     *
     * @return settings that win over the defaults, none by default
     */
    String[] settings() default {};
}
