package org.reactivesessions.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The server, the proxy, the mock, PgBouncer and the lint stand alone, and the contract knows no driver; each rule is shown to fail on classes planted to break it. */
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
                        ROOT + ".contract",
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

    private static ArchRule neutral(String aPackage) {
        return classes()
                .that()
                .resideInAPackage(aPackage + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        aPackage + "..",
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
