package org.reactivesessions.proof;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Who decides must not share a class with what is decided about. */
class ArchitectureTest {

    private static final String ROOT = "org.reactivesessions.proof";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
    private static final String[] INDEPENDENT = {"java..", "org.jspecify..", ROOT + ".journal..", ROOT + ".oracle.."};

    @Test
    void theOracleMustUseNothingOfTheLibraryNorOfAnyOther() {
        classes()
                .that()
                .resideInAnyPackage(ROOT + ".journal..", ROOT + ".oracle..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(INDEPENDENT)
                .check(CLASSES);
    }

    @Test
    void theRuleMustFindWhoDoes() {
        Assertions.assertThatThrownBy(() -> classes()
                        .that()
                        .resideInAPackage(ROOT + ".contestant..")
                        .should()
                        .onlyDependOnClassesThat()
                        .resideInAnyPackage(INDEPENDENT)
                        .check(CLASSES))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void whatIsDoneMustNotKnowWhoDoesIt() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".workload..", ROOT + ".nemesis..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".contestant..")
                .check(CLASSES);
    }
}
