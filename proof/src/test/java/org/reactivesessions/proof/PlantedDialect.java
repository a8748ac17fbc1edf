package org.reactivesessions.proof;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.reactivesessions.dialect.CommitMarker;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.postgres.PostgresDialect;

/** The library's own dialect with some of its methods replaced. Stateless. */
final class PlantedDialect {

    /** What happens instead of a call. */
    interface Instead {

        /**
         * Answers the call.
         *
         * @param sound answers it as it should be
         */
        Object answer(Sound sound, Object[] arguments);
    }

    /** The call as it should be. */
    interface Sound {

        Object call(Object... arguments);
    }

    private PlantedDialect() {}

    /** @param planted by the name of the method */
    static Dialect of(Map<String, Instead> planted) {
        return replacing(Dialect.class, new PostgresDialect(), planted);
    }

    /** With a marker of which some methods are replaced. */
    static Dialect withMarker(Map<String, Instead> planted) {
        return of(Map.of(
                "marker", (sound, arguments) -> replacing(CommitMarker.class, (CommitMarker) sound.call(), planted)));
    }

    private static <T> T replacing(Class<T> type, T target, Map<String, Instead> planted) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            Object[] its = arguments == null ? new Object[0] : arguments;
            Instead instead = planted.get(method.getName());
            return instead == null
                    ? call(method, target, its)
                    : instead.answer(others -> call(method, target, others), its);
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object call(Method method, Object target, Object[] arguments) {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException failed) {
            if (failed.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
