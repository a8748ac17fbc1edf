package org.reactivesessions.postgres.hygiene;

import io.netty.util.ResourceLeakDetectorFactory;
import io.r2dbc.postgresql.message.backend.ReadyForQuery;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;
import reactor.core.publisher.Hooks;

/**
 * Fails a test class in which an event loop was blocked, a signal was dropped, a secret was let out, or Netty found a leaked
 * buffer. Registered for
 * all test classes of this module. A class that plants a bug on purpose says so by {@link ExpectsDrops}.
 */
public final class Hygiene implements BeforeAllCallback, AfterAllCallback {

    private static final List<BlockedLoop> BLOCKED = new CopyOnWriteArrayList<>();
    private static final List<String> DROPPED = new CopyOnWriteArrayList<>();
    private static final LeakReports LEAKS = new LeakReports();

    static {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(LEAKS);
        // Loading a class and seeding a random generator read files once, and Resilience4j takes a lock to assign a few
        // fields when a circuit begins to be tried again; none is ours to avoid.
        BlockHound.install(builder -> builder.allowBlockingCallsInside(
                        "jdk.internal.loader.BuiltinClassLoader", "loadClassOrNull")
                .allowBlockingCallsInside("java.util.ServiceLoader$LazyClassPathLookupIterator", "parse")
                .allowBlockingCallsInside("io.netty.util.internal.NativeLibraryLoader", "load")
                .allowBlockingCallsInside("java.security.SecureRandom", "nextBytes")
                .allowBlockingCallsInside("sun.security.provider.NativePRNG", "engineNextBytes")
                .allowBlockingCallsInside(
                        "io.github.resilience4j.circuitbreaker.internal.CircuitBreakerStateMachine$OpenState",
                        "toHalfOpenState")
                .blockingMethodCallback(method -> {
                    BlockedLoop blocked = new BlockedLoop(method.toString());
                    BLOCKED.add(blocked);
                    throw blocked;
                }));
        Hooks.onErrorDropped(error -> DROPPED.add("error " + error));
        Hooks.onNextDropped(Hygiene::dropped);
    }

    /** The driver ends a statement before its ReadyForQuery, which it drops if it is closed in between; that carries nothing. */
    private static void dropped(Object element) {
        if (!(element instanceof ReadyForQuery)) {
            DROPPED.add("element " + element);
        }
    }

    /** A blocking call on a thread that must not block. */
    private static final class BlockedLoop extends Error {
        private static final long serialVersionUID = 1L;

        BlockedLoop(String method) {
            super("Blocking call on " + Thread.currentThread().getName() + ": " + method);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        BLOCKED.clear();
        DROPPED.clear();
        LEAKS.clear();
        Secrets.forget();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Garbage.collect(() -> LEAKS.found().size());
        BLOCKED.forEach(Throwable::printStackTrace);
        String name = context.getRequiredTestClass().getSimpleName();
        require(BLOCKED.isEmpty(), name + " blocked an event loop: " + BLOCKED);
        boolean planted = context.getRequiredTestClass().isAnnotationPresent(ExpectsDrops.class);
        require(planted || DROPPED.isEmpty(), name + " dropped signals: " + DROPPED);
        List<String> secrets = Secrets.takeSeen();
        require(secrets.isEmpty(), name + " let out a secret: " + secrets);
        require(planted || LEAKS.found().isEmpty(), name + " leaked buffers: " + LEAKS.found());
    }

    private static void require(boolean clean, String otherwise) {
        if (!clean) {
            throw new AssertionError(otherwise);
        }
    }
}
