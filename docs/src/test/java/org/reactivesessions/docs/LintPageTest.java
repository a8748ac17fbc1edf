package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.reactivesessions.testkit.lint.LintRule;
import org.reactivesessions.testkit.lint.SessionLint;

/** The samples of the page "Rules for programs that use sessions". */
class LintPageTest {

    private static final Path PAGE = Path.of("guide/lint.md");

    @Test
    void theLineToCopyMustCheckThePackageThatItNames() {
        // No class here is in that package, so the line that would pass says that.
        assertThatThrownBy(() -> {
                    // spotless:off
                    // tag::check[]
                    SessionLint.defaults().checkPackage("com.example").mustBeClean();
                    // end::check[]
                    // spotless:on
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("com.example");
        SessionLint.defaults().checkPackage("org.reactivesessions.micrometer").mustBeClean();
    }

    @Test
    void exceptionsMustBePossible() {
        // spotless:off
        // tag::except[]
        SessionLint lint = SessionLint.defaults()
            .configurationPackages("com.example.database..")
            .except("com.example.legacy..", LintRule.MANUAL_CLOSE, LintRule.DIRECT_CONNECTION)
            .except("com.example.Reports", LintRule.BLOCK_IN_TRANSACTION);
        // end::except[]
        // spotless:on
        lint.checkPackage("org.reactivesessions.micrometer").mustBeClean();
    }

    @Test
    void everyRuleMustHaveItsSectionAndNoOther() throws IOException {
        String page = Files.readString(PAGE);
        String rules = page.substring(page.indexOf("## The rules"), page.indexOf("## What is found"));
        assertThat(rules.lines().filter(line -> line.startsWith("### ")).map(line -> line.substring(4)))
                .containsExactly(
                        Arrays.stream(LintRule.values()).map(LintRule::id).toArray(String[]::new));
    }
}
