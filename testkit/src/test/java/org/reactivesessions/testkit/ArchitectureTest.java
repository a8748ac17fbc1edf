package org.reactivesessions.testkit;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The server, the proxy, the mock, PgBouncer and the lint stand alone, the annotations know nothing of core, and the contract knows no driver; each rule is shown to fail on classes planted to break it. */
class ArchitectureTest {

    private static final String ROOT = "org.reactivesessions.testkit";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages(ROOT + ".planted");

    @Test
    void theServerMustStandAlone() {
        alone(ROOT + ".server").check(MAIN);
    }

    @Test
    void theProxyMustStandAlone() {
        alone(ROOT + ".proxy").check(MAIN);
    }

    @Test
    void theMockMustStandAlone() {
        alone(ROOT + ".mock").check(MAIN);
    }

    @Test
    void pgBouncerMustStandAlone() {
        alone(ROOT + ".pgbouncer").check(MAIN);
    }

    @Test
    void theLeakCheckMustNeedNoReactiveSessions() {
        anyDriver(ROOT + ".leak").check(MAIN);
    }

    @Test
    void faultsMustNeedNoReactiveSessions() {
        anyDriver(ROOT + ".fault").check(MAIN);
    }

    @Test
    void rollbackMustNeedNoReactiveSessions() {
        anyDriver(ROOT + ".rollback").check(MAIN);
    }

    @Test
    void theAnnotationsMustKnowNothingOfCore() {
        withoutCore(ROOT + ".junit").check(MAIN);
        withoutCore(ROOT + ".container").check(MAIN);
    }

    @Test
    void testcontainersMustStayInItsRoom() {
        room(ROOT, ROOT + ".container").check(MAIN);
    }

    @Test
    void theLintMustStandAlone() {
        only(ROOT + ".lint", "org.objectweb.asm..", "com.tngtech.archunit..").check(MAIN);
    }

    @Test
    void theContractMustKnowNoDriver() {
        neutral(ROOT + ".contract").check(MAIN);
    }

    @Test
    void packagesMustHaveNoCycles() {
        cycles(ROOT).check(MAIN);
    }

    @Test
    void theRulesMustLookAtSomething() {
        assertThat(MAIN.stream().map(type -> type.getPackageName()).distinct())
                .containsExactlyInAnyOrder(
                        ROOT + ".server",
                        ROOT + ".proxy",
                        ROOT + ".mock",
                        ROOT + ".pgbouncer",
                        ROOT + ".junit",
                        ROOT + ".sessions",
                        ROOT + ".container",
                        ROOT + ".contract",
                        ROOT + ".fault",
                        ROOT + ".leak",
                        ROOT + ".rollback",
                        ROOT + ".lint");
    }

    @Test
    void aPlantedDependencyMustBeCaught() {
        assertThatThrownBy(() -> alone(ROOT + ".planted.server").check(PLANTED))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("PlantedServer")
                .hasMessageContaining("PlantedProxy");
    }

    @Test
    void aPlantedUseOfCoreMustBeCaught() {
        assertThatThrownBy(() -> withoutCore(ROOT + ".planted.junit").check(PLANTED))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("PlantedJunit")
                .hasMessageContaining("LifePhase");
    }

    @Test
    void aPlantedUseOfTestcontainersMustBeCaught() {
        assertThatThrownBy(
                        () -> room(ROOT + ".planted", ROOT + ".planted.server").check(PLANTED))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("PlantedJunit")
                .hasMessageContaining("DockerImageName");
    }

    @Test
    void aPlantedDriverMustBeCaught() {
        assertThatThrownBy(() -> neutral(ROOT + ".planted.contract").check(PLANTED))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("PlantedContract")
                .hasMessageContaining("io.r2dbc.h2");
    }

    @Test
    void aPlantedCycleMustBeCaught() {
        assertThatThrownBy(() -> cycles(ROOT + ".planted").check(PLANTED))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Cycle detected");
    }

    private static ArchRule alone(String aPackage) {
        return only(
                aPackage,
                "javax.crypto..",
                "javax.net.ssl..",
                "org.slf4j..",
                "org.postgresql..",
                "io.zonky.test..",
                "org.junit.jupiter.api.extension..");
    }

    private static ArchRule only(String aPackage, String... libraries) {
        return classes()
                .that()
                .resideInAPackage(aPackage + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(Stream.concat(
                                Stream.of(aPackage + "..", "java..", "org.jspecify.annotations.."),
                                Stream.of(libraries))
                        .toArray(String[]::new));
    }

    /** For packages that work with any driver, for those who know nothing of Reactive Sessions. */
    private static ArchRule anyDriver(String aPackage) {
        return classes()
                .that()
                .resideInAPackage(aPackage + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        aPackage + "..",
                        ROOT + ".server",
                        ROOT + ".junit",
                        "java..",
                        "org.jspecify.annotations..",
                        "org.reactivestreams..",
                        "reactor..",
                        "io.r2dbc.spi..",
                        "io.netty.buffer..",
                        "io.netty.util..",
                        "org.junit.jupiter.api.extension..",
                        "org.junit.platform.commons.support..");
    }

    private static ArchRule withoutCore(String aPackage) {
        return noClasses()
                .that()
                .resideInAPackage(aPackage + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("org.reactivesessions..")
                        .and(not(resideInAnyPackage(
                                aPackage + "..",
                                ROOT + ".server..",
                                ROOT + ".proxy..",
                                ROOT + ".mock..",
                                ROOT + ".container.."))));
    }

    private static ArchRule room(String parent, String room) {
        return noClasses()
                .that()
                .resideInAPackage(parent + "..")
                .and()
                .resideOutsideOfPackage(room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.testcontainers..");
    }

    private static ArchRule neutral(String aPackage) {
        return classes()
                .that()
                .resideInAPackage(aPackage + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        aPackage + "..",
                        ROOT + ".leak",
                        "org.reactivesessions",
                        "org.reactivesessions.error",
                        "org.reactivesessions.health",
                        "org.reactivesessions.observation",
                        "org.reactivesessions.pool",
                        "org.reactivesessions.transaction",
                        "java..",
                        "org.jspecify.annotations..",
                        "org.reactivestreams..",
                        "reactor..",
                        "io.r2dbc.spi..",
                        "org.assertj..",
                        "org.junit.jupiter.api..");
    }

    private static ArchRule cycles(String parent) {
        return slices().matching(parent + ".(*)..").should().beFreeOfCycles();
    }
}
