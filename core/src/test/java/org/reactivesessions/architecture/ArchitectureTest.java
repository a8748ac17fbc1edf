package org.reactivesessions.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.reactivesessions");

    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages("org.reactivesessions.planted");

    /** Each wall, and the planted class it has to find. */
    static Stream<Arguments> walls() {
        return Stream.of(
                wall(Walls.ONLY_POOL_KNOWS_THE_POOL, "KnowsThePool"),
                wall(Walls.NOBODY_KNOWS_A_DRIVER, "KnowsADriver"),
                wall(Walls.NOBODY_KNOWS_MICROMETER, "KnowsMicrometer"),
                wall(Walls.ERROR_KNOWS_NOBODY, "PlantedError"),
                wall(Walls.OBSERVATION_KNOWS_ERROR, "PlantedListener"),
                wall(Walls.WIRE_KNOWS_ERROR, "KnowsALease"),
                wall(Walls.DIALECT_KNOWS_WIRE, "PlantedDialect"),
                wall(Walls.POOL_KNOWS_DIALECT, "KnowsATransaction"),
                wall(Walls.ONLY_RESILIENCE_KNOWS_RESILIENCE4J, "KnowsResilience4j"),
                wall(Walls.RESILIENCE_KNOWS_POOL, "KnowsHealth"),
                wall(Walls.HEALTH_KNOWS_POOL, "KnowsResilience4j"),
                wall(Walls.NOBODY_KNOWS_THE_DOOR, "KnowsTheDoor"),
                wall(Walls.NOBODY_BLOCKS, "Blocks"),
                wall(Walls.NO_LIMIT_GOES_BY_A_CLOCK_THAT_CAN_BE_SET, "ReadsTheClock"),
                wall(Walls.NO_ROOM_WITHOUT_A_NAME, "Anything"));
    }

    private static Arguments wall(ArchRule rule, String planted) {
        return Arguments.of(Named.of(rule.getDescription(), rule), planted);
    }

    @ParameterizedTest
    @MethodSource("walls")
    void aWallMustStandInMainAndFindItsPlantedViolation(ArchRule rule, String planted) {
        rule.check(MAIN);

        assertThat(rule.evaluate(PLANTED).getFailureReport().getDetails())
                .anySatisfy(detail -> assertThat(detail).contains(planted));
    }

    @Test
    void packagesMustBeFreeOfCyclesAndAPlantedOneFound() {
        Walls.noCycles("org.reactivesessions.(*)..").check(MAIN);

        assertThat(Walls.noCycles("org.reactivesessions.planted.(*)..")
                        .evaluate(PLANTED)
                        .getFailureReport()
                        .getDetails())
                .anySatisfy(cycle -> assertThat(cycle).contains("Slice left").contains("Slice right"));
    }

    @Test
    void theClassesMustHaveBeenRead() {
        assertThat(MAIN.size()).isGreaterThan(50);
        assertThat(PLANTED.size()).isGreaterThan(10);
    }
}
