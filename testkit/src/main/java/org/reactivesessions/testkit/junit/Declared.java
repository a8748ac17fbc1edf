package org.reactivesessions.testkit.junit;

import java.lang.annotation.Annotation;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What holds for a test: the annotations, and the contexts of the classes that have them.
 *
 * <p>Immutable and therefore thread-safe.
 *
 * @param settings how databases are made
 * @param owner context of the innermost class with an annotation; what is kept for a class is kept there
 * @param cluster on which cluster, if not on one server
 * @param clusterOwner context of the class that has the cluster
 */
record Declared(
        PostgresTest settings,
        ExtensionContext owner,
        @Nullable PostgresCluster cluster,
        @Nullable ExtensionContext clusterOwner) {

    /** What holds where nothing is said. */
    @PostgresTest
    private static final class Defaults {}

    /**
     * The annotations of the innermost classes that have them.
     *
     * @param context of a class, a method, or what is between
     */
    static Declared of(ExtensionContext context) {
        Optional<ExtensionContext> test = innermost(context, PostgresTest.class);
        Optional<ExtensionContext> cluster = innermost(context, PostgresCluster.class);
        PostgresTest settings = test.map(owner -> annotation(owner, PostgresTest.class))
                .orElseGet(() -> Objects.requireNonNull(Defaults.class.getAnnotation(PostgresTest.class)));
        return new Declared(
                settings,
                inner(test, cluster)
                        .orElseThrow(() -> new IllegalStateException("no class around " + context.getDisplayName()
                                + " has @PostgresTest or @PostgresCluster. Put one on the test class")),
                cluster.map(owner -> annotation(owner, PostgresCluster.class)).orElse(null),
                cluster.orElse(null));
    }

    /** The class messages name. */
    Class<?> testClass() {
        return owner.getRequiredTestClass();
    }

    private static Optional<ExtensionContext> inner(Optional<ExtensionContext> one, Optional<ExtensionContext> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.or(() -> other);
        }
        return depth(one.get()) > depth(other.get()) ? one : other;
    }

    private static int depth(ExtensionContext context) {
        return context.getParent().map(parent -> depth(parent) + 1).orElse(0);
    }

    private static <A extends Annotation> A annotation(ExtensionContext owner, Class<A> type) {
        return find(owner, type).orElseThrow();
    }

    private static <A extends Annotation> Optional<A> find(ExtensionContext context, Class<A> type) {
        return AnnotationSupport.findAnnotation(context.getTestClass(), type);
    }

    private static Optional<ExtensionContext> innermost(ExtensionContext context, Class<? extends Annotation> type) {
        Optional<ExtensionContext> at = Optional.of(context);
        while (at.isPresent() && find(at.get(), type).isEmpty()) {
            at = at.get().getParent();
        }
        return at.map(Declared::outermostOfClass);
    }

    /** The context of the class itself, and not of a method or of one of several runs of the class. */
    private static ExtensionContext outermostOfClass(ExtensionContext context) {
        ExtensionContext at = context;
        Optional<ExtensionContext> around = parentOfSameClass(at);
        while (around.isPresent()) {
            at = around.get();
            around = parentOfSameClass(at);
        }
        return at;
    }

    private static Optional<ExtensionContext> parentOfSameClass(ExtensionContext context) {
        return context.getParent().filter(parent -> parent.getTestClass().equals(context.getTestClass()));
    }
}
