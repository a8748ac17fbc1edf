package org.reactivesessions.testkit.rollback;

import io.r2dbc.spi.IsolationLevel;
import java.lang.annotation.Annotation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.reactivesessions.testkit.junit.DatabasePer;
import org.reactivesessions.testkit.junit.PostgresTest;

/** What is behind {@link RollbackAfterEach}: it checks what it says; parameters are made by {@link ConnectionsPerTest}. Stateless. */
final class RollbackExtension implements BeforeAllCallback {

    private static final List<String> LEVELS = List.of("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE");

    @Override
    public void beforeAll(ExtensionContext context) {
        String where = "@RollbackAfterEach of " + context.getRequiredTestClass().getName() + ": ";
        RollbackAfterEach settings = find(context, RollbackAfterEach.class).orElseThrow();
        DatabasePer per =
                find(context, PostgresTest.class).map(PostgresTest::databasePer).orElse(null);
        if (per != DatabasePer.CLASS) {
            throw new ExtensionConfigurationException(where
                    + (per == null
                            ? "there is no @PostgresTest, which gives the tests their database"
                            : "each test has a database of its own, in which there is nothing to roll back")
                    + ". Write @PostgresTest(databasePer = DatabasePer.CLASS)"
                    + (per == null ? " as well" : ", or leave it out"));
        }
        if (!LEVELS.contains(settings.isolation())) {
            throw new ExtensionConfigurationException(
                    where + "isolation is \"" + settings.isolation() + "\", but must be one of " + LEVELS);
        }
        if (settings.patienceMillis() < 1) {
            throw new ExtensionConfigurationException(
                    where + "patienceMillis must be >= 1, but was " + settings.patienceMillis());
        }
    }

    /** What the innermost class says that has it, {@code null} if none has. */
    static @Nullable RollbackOptions options(ExtensionContext context) {
        return find(context, RollbackAfterEach.class)
                .map(settings -> RollbackOptions.defaults()
                        .isolation(IsolationLevel.valueOf(settings.isolation()))
                        .patience(Duration.ofMillis(settings.patienceMillis())))
                .orElse(null);
    }

    private static <A extends Annotation> Optional<A> find(ExtensionContext context, Class<A> type) {
        Optional<A> found = AnnotationSupport.findAnnotation(context.getTestClass(), type);
        return found.isPresent() ? found : context.getParent().flatMap(parent -> find(parent, type));
    }
}
