package org.reactivesessions.testkit.leak;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fails each test of a class that leaves something behind, and the class if Netty finds a leaked buffer.
 *
 * <p>The test says what to look at: a parameter of type {@link LeakCheck}, of a test method or of {@code @BeforeEach}, is the check of
 * that test, which is called after the last {@code @AfterEach}. Signals that Reactor dropped are looked at by itself.
 *
 * <pre>{@code
 * @CheckLeaks
 * class AccountTest {
 *
 *     @BeforeEach
 *     void watch(LeakCheck leaks, TestDatabase database) {
 *         leaks.database(database).pool("app", WatchedPool.of(…));
 *     }
 * }
 * }</pre>
 *
 * <p>What Reactor drops and Netty finds cannot be told to belong to one of several tests that run in parallel.
 *
 * @since 0.1.0
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(LeakCheckExtension.class)
public @interface CheckLeaks {

    /**
     * Whether leaked buffers are looked for after the last test of the class, which collects garbage. Netty looks at every
     * buffer only with {@code -Dio.netty.leakDetection.level=paranoid}.
     *
     * @return {@code true} by default
     */
    boolean buffers() default true;
}
