package org.reactivesessions.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.testkit.container.ContainerServer;
import org.reactivesessions.testkit.server.EmbeddedCluster;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/** What is wrong fails the tests with a message that names the value, the rule, and what to write instead. */
class MisuseIT {

    @Test
    void aScriptThatIsNotThereMustBeNamed() {
        assertRefused(
                MissingScript.class,
                "MisuseIT$MissingScript: scripts names 'schema.sq', but org/reactivesessions/testkit/junit/schema.sq is not on the"
                        + " class path. Write the name of a resource: with a leading '/' from the root of the class path, such as"
                        + " \"/schema.sql\"");
        assertRefused(MissingRootScript.class, "scripts names '/none.sql', but none.sql is not on the class path");
        assertRefused(BlankScript.class, "scripts names ' ', but ");
    }

    @Test
    void aScriptThatFailsMustBeNamedWithWhatTheServerSays() {
        assertRefused(BrokenScript.class, "broken.sql failed: ERROR: syntax error at or near \"TABEL\"");
    }

    @Test
    void anInitializerThatFailsMustBeNamed() {
        assertRefused(BrokenInitializer.class, "initializer " + Breaks.class.getName() + " failed: no luck");
        assertRefused(InnerInitializer.class, "initializer " + NoConstructor.class.getName() + " failed: ");
    }

    @Test
    void whatRunsOnceForAClassMustNotAskForTheDatabaseOfAMethod() {
        String rule =
                "(databasePer = METHOD), but what asks for one here runs once for the class. Ask for it in @BeforeEach or in the"
                        + " test, or write @PostgresTest(databasePer = DatabasePer.CLASS)";
        assertRefused(MethodDatabaseBeforeAll.class, rule);
        assertRefused(MethodDatabaseOfOneInstance.class, rule);
    }

    @Test
    void aUrlThatIsNoStringMustBeRefused() {
        assertRefused(
                UrlOfAnotherType.class,
                "@DatabaseUrl is on a parameter of type java.lang.Integer",
                "Write @DatabaseUrl String");
    }

    @Test
    void anImageWithoutAContainerMustBeRefused() {
        assertRefused(
                ImageWithoutContainer.class,
                "image is 'postgres:17', but server is EMBEDDED, and only a container has an image. Write server ="
                        + " ServerKind.CONTAINER, or leave image out");
    }

    @Test
    void aServerBesideAClusterMustBeRefused() {
        assertRefused(
                ServerAndCluster.class,
                "server is EMBEDDED, but there is a @PostgresCluster too, on whose primary databases are made. Leave server out, or"
                        + " take @PostgresCluster away");
    }

    @Test
    void aClusterThatCannotBeMustBeRefused() {
        assertRefused(
                NoReplicas.class,
                "replicas is 0, but must be from 1 to 8. For a server without a standby write @PostgresTest");
        assertRefused(
                BadSetting.class,
                "settings has 'work_mem', but each must be name=value. Write \"work_mem=1MB\", for example");
        assertRefused(FixedSetting.class, "the setting listen_addresses is fixed");
    }

    @Test
    void aParameterForAClusterThatIsNotDeclaredMustBeRefused() {
        assertRefused(
                ClusterWithoutAnnotation.class,
                "a parameter of type EmbeddedCluster needs a cluster, but ",
                "Write @PostgresCluster on the class");
    }

    @Test
    void sessionsThatNobodyMakesMustBeNamedWithTheModuleToAdd() {
        assertRefused(
                NoSessions.class,
                "a parameter of type ReactiveSessions needs a module on the class path that makes them for PostgreSQL, but there is"
                        + " none. Add org.reactivesessions:reactive-sessions-postgres");
    }

    @Test
    void anExternalServerMustBeTheOneOfTheVariableOrMissing() {
        if (System.getenv(TestServers.VARIABLE) == null) {
            assertRefused(
                    External.class,
                    "find its URL in RS_TEST_URL, but that is not set. Set it to postgresql://user:password@host");
        } else {
            assertThat(Run.of(External.class).passed()).isEqualTo(1);
        }
    }

    @Test
    void testsInAContainerMustRunWithDockerAndBeSkippedWithoutIt() {
        Run run = Run.of(InContainer.class);
        assertThat(run.failures()).isEmpty();
        if (ContainerServer.isPossible()) {
            assertThat(run.passed()).isEqualTo(1);
            assertThat(run.skipped()).isEmpty();
        } else {
            assertThat(run.passed()).isZero();
            assertThat(run.skipped())
                    .containsExactly("server = ServerKind.CONTAINER needs Docker, and Testcontainers finds none");
        }
    }

    private static void assertRefused(Class<?> sample, String... words) {
        Run run = Run.of(sample);
        assertThat(run.passed()).isZero();
        assertThat(run.failures())
                .hasSize(1)
                .allSatisfy(message -> assertThat(message)
                        .contains(words)
                        .doesNotContain(TestServers.current().password()));
    }

    @PostgresTest(scripts = "schema.sq")
    static class MissingScript {

        @Test
        void one() {}
    }

    @PostgresTest(scripts = "/none.sql")
    static class MissingRootScript {

        @Test
        void one() {}
    }

    @PostgresTest(scripts = " ")
    static class BlankScript {

        @Test
        void one() {}
    }

    @PostgresTest(scripts = "broken.sql")
    static class BrokenScript {

        @Test
        void one(TestDatabase database) {}
    }

    static final class Breaks implements DatabaseInitializer {

        @Override
        public void fill(TestDatabase database) {
            throw new IllegalArgumentException("no luck");
        }
    }

    @PostgresTest(initializer = Breaks.class)
    static class BrokenInitializer {

        @Test
        void one(TestDatabase database) {}
    }

    record NoConstructor(String name) implements DatabaseInitializer {

        @Override
        public void fill(TestDatabase database) {}
    }

    @PostgresTest(initializer = NoConstructor.class)
    static class InnerInitializer {

        @Test
        void one(TestDatabase database) {}
    }

    @PostgresTest
    static class MethodDatabaseBeforeAll {

        @BeforeAll
        static void prepare(TestDatabase database) {}

        @Test
        void one() {}
    }

    @PostgresTest
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class MethodDatabaseOfOneInstance {

        MethodDatabaseOfOneInstance(ConnectionFactory factory) {}

        @Test
        void one() {}
    }

    @PostgresTest
    static class UrlOfAnotherType {

        @Test
        void one(@DatabaseUrl Integer url) {}
    }

    @PostgresTest(server = ServerKind.EMBEDDED, image = "postgres:17")
    static class ImageWithoutContainer {

        @Test
        void one() {}
    }

    @PostgresCluster
    @PostgresTest(server = ServerKind.EMBEDDED)
    static class ServerAndCluster {

        @Test
        void one() {}
    }

    @PostgresCluster(replicas = 0)
    static class NoReplicas {

        @Test
        void one() {}
    }

    @PostgresCluster(settings = "work_mem")
    static class BadSetting {

        @Test
        void one() {}
    }

    @PostgresCluster(settings = "listen_addresses=*")
    static class FixedSetting {

        @Test
        void one() {}
    }

    @PostgresTest
    static class ClusterWithoutAnnotation {

        @Test
        void one(EmbeddedCluster cluster) {}
    }

    @PostgresTest
    static class NoSessions {

        @Test
        void one(ReactiveSessions sessions) {}
    }

    @PostgresTest(server = ServerKind.EXTERNAL)
    static class External {

        @Test
        void one(TestDatabase database) {}
    }

    @PostgresTest(server = ServerKind.CONTAINER)
    static class InContainer {

        @Test
        void one(TestDatabase database) {}
    }
}
