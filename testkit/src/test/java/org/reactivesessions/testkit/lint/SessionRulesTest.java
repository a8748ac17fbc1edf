package org.reactivesessions.testkit.lint;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class SessionRulesTest {

    private static final JavaClasses BROKEN = new ClassFileImporter().importPackages(SessionLintTest.BROKEN);

    @Test
    void archUnitMustReportWhatTheLintFinds() {
        assertThatThrownBy(() -> SessionRules.all().check(BROKEN))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("classes should use sessions as they are meant' was violated (21 times)")
                .hasMessageContaining("BlocksInside.java:")
                .hasMessageContaining("Instead: compose");
    }

    @Test
    void cleanClassesMustPass() {
        JavaClasses clean = new ClassFileImporter().importPackages(SessionLintTest.CLEAN);
        assertThatCode(() -> SessionRules.all().check(clean)).doesNotThrowAnyException();
    }

    @Test
    void exceptionsMustHoldInArchUnitToo() {
        SessionLint lint = SessionLint.defaults()
                .only(LintRule.SUBSCRIBE_IN_TRANSACTION)
                .except("..lint.broken..", LintRule.SUBSCRIBE_IN_TRANSACTION);
        assertThatCode(() -> SessionRules.of(lint).check(BROKEN)).doesNotThrowAnyException();
    }

    @Test
    void nothingImportedMustNotPass() {
        JavaClasses none = new ClassFileImporter().importPackages("com.exmaple");
        assertThatThrownBy(() -> SessionRules.all().check(none)).hasMessageContaining("failed to check any classes");
    }
}
