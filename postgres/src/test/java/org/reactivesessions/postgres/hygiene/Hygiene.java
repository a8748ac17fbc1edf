package org.reactivesessions.postgres.hygiene;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.reactivesessions.testkit.leak.BufferLeaks;
import org.reactivesessions.testkit.leak.DroppedSignals;
import org.reactivesessions.testkit.leak.Garbage;
import reactor.blockhound.BlockHound;

/**
 * Fails a test class in which an event loop was blocked, a signal was dropped, a secret was let out, or Netty found a leaked
 * buffer. Registered for
 * all test classes of this module. A class that plants a bug on purpose says so by {@link ExpectsDrops}.
 */
public final class Hygiene implements BeforeAllCallback, AfterAllCallback {

    private static final List<BlockedLoop> BLOCKED = new CopyOnWriteArrayList<>();
    private static final BufferLeaks LEAKS = BufferLeaks.installed();
    private static volatile DroppedSignals dropped = DroppedSignals.fromNow();

    static {
        // Loading a class and seeding a random generator read files once, Resilience4j takes a lock to assign a few
        // fields when a circuit begins to be tried again, and the TCK takes one to keep a signal; none is ours to
        // avoid.
        BlockHound.install(builder -> builder.allowBlockingCallsInside(
                        "jdk.internal.loader.BuiltinClassLoader", "loadClassOrNull")
                .allowBlockingCallsInside("java.util.ServiceLoader$LazyClassPathLookupIterator", "parse")
                .allowBlockingCallsInside("io.netty.util.internal.NativeLibraryLoader", "load")
                .allowBlockingCallsInside("java.security.SecureRandom", "nextBytes")
                .allowBlockingCallsInside("sun.security.provider.NativePRNG", "engineNextBytes")
                .allowBlockingCallsInside(
                        "io.github.resilience4j.circuitbreaker.internal.CircuitBreakerStateMachine$OpenState",
                        "toHalfOpenState")
                .allowBlockingCallsInside("org.reactivestreams.tck.TestEnvironment$Receptacle", "add")
                .allowBlockingCallsInside("org.reactivestreams.tck.TestEnvironment$Receptacle", "complete")
                .blockingMethodCallback(method -> {
                    BlockedLoop blocked = new BlockedLoop(method.toString());
                    BLOCKED.add(blocked);
                    throw blocked;
                }));
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
        dropped = DroppedSignals.fromNow();
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
        require(planted || dropped.seen().isEmpty(), name + " dropped signals: " + dropped.seen());
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
