package org.reactivesessions.observation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.util.context.Context;

/** Several listeners hear what one would, whatever the others throw. */
class SessionListenersTest {

    private static final Context INSIDE = Context.of("span", "7");

    private final List<String> heard = new ArrayList<>();

    static Stream<Method> events() {
        return events(SessionListener.class);
    }

    static Stream<Method> eventsOfOne() {
        return events(TransactionObserver.class);
    }

    private static Stream<Method> events(Class<?> type) {
        return Arrays.stream(type.getMethods()).filter(method -> !Modifier.isStatic(method.getModifiers()));
    }

    private <T> T of(Class<T> type, String name, @Nullable Object result) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return name;
            }
            heard.add(name + " " + method.getName());
            if (result == null) {
                throw new IllegalStateException(name);
            }
            return method.getReturnType().isInstance(result) ? result : null;
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object call(Object target, Method event)
            throws IllegalAccessException, InvocationTargetException {
        Object[] nothing = Arrays.stream(event.getParameterTypes())
                .map(type -> type == int.class ? 1 : type == Context.class ? Context.empty() : null)
                .toArray();
        return event.invoke(target, nothing);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("events")
    void eachListenerMustHearEverything(Method event) throws Exception {
        SessionListener all = SessionListener.all(List.of(
                of(SessionListener.class, "broken", null),
                SessionListener.none(),
                of(SessionListener.class, "sound", of(TransactionObserver.class, "observer", Context.empty()))));
        Object result = call(all, event);

        assertThat(heard).containsExactly("broken " + event.getName(), "sound " + event.getName());
        assertThat(result != null).isEqualTo(event.getName().equals("started"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("eventsOfOne")
    void eachObserverMustHearEverything(Method event) throws Exception {
        TransactionObserver broken = of(TransactionObserver.class, "broken", null);
        TransactionObserver sound = of(TransactionObserver.class, "sound", INSIDE);
        SessionListener all = SessionListener.all(
                List.of(of(SessionListener.class, "first", broken), of(SessionListener.class, "second", sound)));
        TransactionObserver both = Objects.requireNonNull(all.started("transfer", Context.empty()));
        heard.clear();
        Object result = call(both, event);

        assertThat(heard).containsExactly("broken " + event.getName(), "sound " + event.getName());
        assertThat(result).isSameAs(event.getReturnType() == Context.class ? INSIDE : null);
    }
}
