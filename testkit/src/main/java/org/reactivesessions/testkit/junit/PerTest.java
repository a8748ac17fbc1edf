package org.reactivesessions.testkit.junit;

import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Puts something for one test in the place of a parameter that the tests of a class share, such as a client whose work is undone after
 * the test.
 *
 * <p>Found by {@link java.util.ServiceLoader}: a provider is named in {@code META-INF/services/org.reactivesessions.testkit.junit.PerTest}
 * and has a public constructor without parameters. Its own class must load where the type is not on the class path.
 *
 * <p><b>Threads:</b> used by several threads.
 *
 * @since 0.1
 */
public interface PerTest {

    /**
     * Whether it is wanted. Of several providers that say so, any is taken.
     *
     * @param type of the parameter
     * @param test context of a test method
     * @return whether {@link #open} is to be called for that type, once for the test
     */
    boolean supports(Class<?> type, ExtensionContext test);

    /**
     * Makes it.
     *
     * @param shared what would be handed out otherwise
     * @param test context of the test method
     * @return what is handed out, an instance of the same type, and how it is closed after the last {@code @AfterEach} of the test; a
     *     failure of that is one of the test
     */
    DatabaseParameter.Opened open(Object shared, ExtensionContext test);
}
