package org.reactivesessions.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;

/**
 * Fails a test class in which an event loop was blocked. Registered for all test classes of this module, so that it is there before
 * any thread that it looks at.
 */
public final class NothingBlocked implements BeforeAllCallback, AfterAllCallback {

    private static final List<String> FOUND = new CopyOnWriteArrayList<>();

    static {
        // Loading a class, and seeding a random generator, read files once.
        BlockHound.install(builder -> builder.allowBlockingCallsInside(
                        "jdk.internal.loader.BuiltinClassLoader", "loadClassOrNull")
                .allowBlockingCallsInside("java.util.ServiceLoader$LazyClassPathLookupIterator", "parse")
                .allowBlockingCallsInside("io.netty.util.internal.NativeLibraryLoader", "load")
                .allowBlockingCallsInside("java.security.SecureRandom", "nextBytes")
                .allowBlockingCallsInside("sun.security.provider.NativePRNG", "engineNextBytes")
                .blockingMethodCallback(method -> {
                    FOUND.add(method + " on " + Thread.currentThread().getName());
                    throw new IllegalStateException("blocking call: " + method);
                }));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        FOUND.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        assertThat(FOUND).isEmpty();
    }
}
