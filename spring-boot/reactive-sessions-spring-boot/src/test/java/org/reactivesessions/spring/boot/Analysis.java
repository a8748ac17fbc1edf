package org.reactivesessions.spring.boot;

import java.util.List;
import java.util.Objects;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;

/** What an application that does not start says, as Spring Boot finds it. */
final class Analysis {

    private Analysis() {}

    static String of(@Nullable Throwable failure) {
        List<FailureAnalyzer> analyzers = SpringFactoriesLoader.forDefaultResourceLocation()
                .load(
                        FailureAnalyzer.class,
                        SpringFactoriesLoader.FailureHandler.logging(LogFactory.getLog(Analysis.class)));
        return analyzers.stream()
                .filter(analyzer -> analyzer.getClass().getPackageName().startsWith("org.reactivesessions"))
                .map(analyzer -> analyzer.analyze(Objects.requireNonNull(failure)))
                .filter(Objects::nonNull)
                .map(Analysis::text)
                .findFirst()
                .orElse("nothing");
    }

    private static String text(FailureAnalysis analysis) {
        return analysis.getDescription() + "\n" + analysis.getAction();
    }
}
