package org.reactivesessions.testkit.junit;

import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What holds for a test: the annotation, and the context of the class that has it.
 *
 * <p>Immutable and therefore thread-safe.
 *
 * @param settings the annotation
 * @param owner context of the class; what is kept per class is kept there
 */
record Declared(PostgresTest settings, ExtensionContext owner) {

    /**
     * The annotation of the innermost class that has one.
     *
     * @param context of a class, a method, or what is between
     */
    static Declared of(ExtensionContext context) {
        ExtensionContext at = context;
        while (true) {
            Optional<PostgresTest> found = AnnotationSupport.findAnnotation(at.getTestClass(), PostgresTest.class);
            if (found.isPresent()) {
                return new Declared(found.get(), outermostOfClass(at));
            }
            at = at.getParent()
                    .orElseThrow(() -> new IllegalStateException("no class around " + context.getDisplayName()
                            + " has @PostgresTest. Put it on the test class"));
        }
    }

    private static ExtensionContext outermostOfClass(ExtensionContext context) {
        ExtensionContext at = context;
        while (true) {
            Optional<ExtensionContext> parent =
                    at.getParent().filter(around -> around.getTestClass().equals(context.getTestClass()));
            if (parent.isEmpty()) {
                return at;
            }
            at = parent.get();
        }
    }
}
