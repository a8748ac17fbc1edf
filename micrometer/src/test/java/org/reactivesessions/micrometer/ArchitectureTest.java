package org.reactivesessions.micrometer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The module hears, and looks at the pool; it takes part in nothing. */
class ArchitectureTest {

    private static final String ROOT = "org.reactivesessions.micrometer";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages(ROOT + ".planted");

    private static ArchRule onlyHears(String room) {
        return classes()
                .that()
                .resideInAPackage(room)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        room,
                        "org.reactivesessions",
                        "org.reactivesessions.error",
                        "org.reactivesessions.observation",
                        "org.reactivesessions.pool",
                        "io.micrometer.common..",
                        "io.micrometer.core.instrument..",
                        "io.micrometer.observation..",
                        "io.r2dbc.spi..",
                        "reactor.util.context..",
                        "org.jspecify.annotations..",
                        "java..");
    }

    @Test
    void theModuleMustOnlyHear() {
        assertThat(MAIN.size()).isGreaterThan(10);
        onlyHears(ROOT).check(MAIN);
    }

    @Test
    void aPlantedClassThatKnowsMoreMustBeFound() {
        assertThatThrownBy(() -> onlyHears(ROOT + ".planted").check(PLANTED))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("TransactionOptions")
                .hasMessageContaining("reactor.core.publisher.Mono");
    }
}
