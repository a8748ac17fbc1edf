package org.reactivesessions.testkit.leak;

import io.r2dbc.spi.Connection;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A connection whose {@code close()} is noticed. It has every public interface of the one it watches, so what is particular to the
 * driver is there. Thread-safe as far as the connection is.
 */
final class WatchedConnection implements InvocationHandler {

    /** What stays with a session of the server although its statement has ended, and the pool does not see. */
    private static final Pattern STAYS =
            Pattern.compile("\\bLISTEN\\b|\\bpg_(try_)?advisory_lock", Pattern.CASE_INSENSITIVE);

    private static final String LEFT = """
            SELECT pg_backend_pid(), concat_ws(' and ',
                     (SELECT 'listens on ' || string_agg(c, ', ') FROM pg_listening_channels() c),
                     (SELECT 'holds ' || nullif(count(*), 0) || ' advisory lock(s)' FROM pg_locks
                       WHERE pid = pg_backend_pid() AND locktype = 'advisory'))""";

    private final Connection watched;
    private final OpenConnections open;
    private final Acquired acquired;
    private volatile boolean suspicious;

    private WatchedConnection(Connection watched, OpenConnections open, Acquired acquired) {
        this.watched = watched;
        this.open = open;
        this.acquired = acquired;
    }

    static Connection watch(Connection connection, Throwable asked, OpenConnections open) {
        Acquired acquired = new Acquired(asked, System.nanoTime());
        open.opened(acquired);
        WatchedConnection handler = new WatchedConnection(connection, open, acquired);
        Class<?>[] interfaces = interfaces(connection.getClass()).toArray(Class<?>[]::new);
        return (Connection) Proxy.newProxyInstance(connection.getClass().getClassLoader(), interfaces, handler);
    }

    private static Set<Class<?>> interfaces(@Nullable Class<?> type) {
        Set<Class<?>> found = new LinkedHashSet<>();
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            for (Class<?> implemented : at.getInterfaces()) {
                if (Modifier.isPublic(implemented.getModifiers())) {
                    found.add(implemented);
                }
            }
        }
        return found;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getName().equals("close") && method.getParameterCount() == 0) {
            return close();
        }
        if (method.getName().equals("createStatement") && arguments != null) {
            suspicious |= STAYS.matcher(String.valueOf(arguments[0])).find();
        }
        if (method.getName().equals("equals") && arguments != null) {
            return proxy == arguments[0];
        }
        try {
            return method.invoke(watched, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause() == null ? thrown : thrown.getCause();
        }
    }

    /** Whoever looks after a close was subscribed to must find it closed, so it counts from then on. */
    private Mono<Void> close() {
        return Mono.defer(() -> {
            open.closed(acquired);
            return (suspicious ? lookWhatStays() : Mono.<Void>empty()).then(Mono.from(watched.close()));
        });
    }

    /** Only the session itself knows its channels. */
    private Mono<Void> lookWhatStays() {
        return Flux.from(watched.createStatement(LEFT).execute())
                .concatMap(result -> result.map(row -> {
                    open.givenBack(row.get(0, Integer.class), String.valueOf(row.get(1, String.class)), acquired);
                    return acquired;
                }))
                .onErrorComplete() // a session that is broken, or in a failed transaction, which is found by other
                // means
                .then();
    }
}
