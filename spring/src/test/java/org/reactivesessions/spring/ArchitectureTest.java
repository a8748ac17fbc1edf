package org.reactivesessions.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The module uses the sessions' door, and Spring without Boot. */
class ArchitectureTest {

    private static final String ROOT = "org.reactivesessions.spring";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static final String WEB = ROOT + ".web";

    private static ArchRule comesByTheDoor() {
        return classes()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ROOT,
                        "org.reactivesessions",
                        "org.reactivesessions.dialect",
                        "org.reactivesessions.error",
                        "org.reactivesessions.health",
                        "org.reactivesessions.observation",
                        "org.reactivesessions.pool",
                        "org.reactivesessions.transaction",
                        "org.reactivesessions.wire",
                        "org.springframework.aop..",
                        "org.springframework.beans..",
                        "org.springframework.core..",
                        "org.springframework.dao..",
                        "org.springframework.r2dbc..",
                        "org.springframework.transaction..",
                        "org.springframework.util..",
                        "io.r2dbc.spi..",
                        "reactor..",
                        "org.reactivestreams..",
                        "org.slf4j..",
                        "org.jspecify.annotations..",
                        "java..");
    }

    /** Who has no WebFlux has no use for it, and nobody else looks into it. */
    private static ArchRule keepsTheWebInItsRoom() {
        return classes()
                .that()
                .resideInAPackage(WEB)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        WEB,
                        "org.reactivesessions",
                        "org.reactivesessions.error",
                        "org.reactivesessions.transaction",
                        "org.springframework.beans..",
                        "org.springframework.core..",
                        "org.springframework.dao..",
                        "org.springframework.http..",
                        "org.springframework.transaction..",
                        "org.springframework.util..",
                        "org.springframework.web..",
                        "io.r2dbc.spi..",
                        "reactor..",
                        "org.reactivestreams..",
                        "org.jspecify.annotations..",
                        "java..");
    }

    @Test
    void theWebMustStayInItsRoom() {
        keepsTheWebInItsRoom().check(MAIN);
    }

    @Test
    void whoeverLeavesTheRoomOfTheWebMustBeFound() {
        assertThatThrownBy(() -> keepsTheWebInItsRoom().check(TESTS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("org.junit.jupiter");
    }

    @Test
    void theModuleMustComeByTheDoor() {
        assertThat(MAIN.size()).isGreaterThan(10);
        comesByTheDoor().check(MAIN);
    }

    /** The tests know pools, PostgreSQL and contexts. */
    @Test
    void whoeverKnowsMoreMustBeFound() {
        assertThatThrownBy(() -> comesByTheDoor().check(TESTS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("io.r2dbc.pool.ConnectionPool")
                .hasMessageContaining("org.reactivesessions.postgres.PostgresDialect");
    }
}
