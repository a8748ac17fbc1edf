package org.reactivesessions.testkit.lint;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.testkit.lint.ClassFacts.Call;
import org.reactivesessions.testkit.lint.ClassFacts.MethodFacts;

/**
 * The classes that are checked, and who extends and calls whom among them; what they extend elsewhere is looked up on the
 * class path, as far as it is there. Not thread-safe.
 */
final class Program {

    private final Map<String, ClassFacts> classes = new LinkedHashMap<>();
    private final Map<String, MethodFacts> methods = new HashMap<>();
    private final Map<String, List<MethodFacts>> callers = new HashMap<>();
    private final Map<String, Optional<ClassFacts>> libraries = new HashMap<>();

    Program(Collection<ClassFacts> checked) {
        checked.forEach(one -> classes.put(one.name(), one));
        methods().forEach(method -> methods.put(method.key(), method));
        methods()
                .forEach(caller -> caller.calls()
                        .forEach(call -> resolve(call)
                                .ifPresent(called -> callers.computeIfAbsent(called.key(), key -> new ArrayList<>())
                                        .add(caller))));
    }

    Collection<ClassFacts> classes() {
        return classes.values();
    }

    Stream<MethodFacts> methods() {
        return classes.values().stream().flatMap(one -> one.methods().stream());
    }

    ClassFacts ownerOf(MethodFacts method) {
        ClassFacts owner = classes.get(method.owner());
        if (owner == null) {
            throw new IllegalArgumentException(method + " is not checked");
        }
        return owner;
    }

    /** Whether a type is of a kind, by its name or by what it extends. */
    boolean is(String type, Kind kind) {
        if (kind.names(type)) {
            return true;
        }
        if (type.startsWith("java/") && kind != Kind.FUTURE) {
            return false;
        }
        return known(type)
                .map(one -> supersOf(one).anyMatch(above -> is(above, kind)))
                .orElse(false);
    }

    private static Stream<String> supersOf(ClassFacts one) {
        return Stream.concat(Stream.ofNullable(one.superName()), one.interfaces().stream());
    }

    private Optional<ClassFacts> known(String type) {
        ClassFacts checked = classes.get(type);
        if (checked != null) {
            return Optional.of(checked);
        }
        Optional<ClassFacts> before = libraries.get(type);
        if (before == null) {
            before = fromClassPath(type);
            libraries.put(type, before);
        }
        return before;
    }

    private static Optional<ClassFacts> fromClassPath(String type) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        String file = type + ".class";
        try (@Nullable
                InputStream found = loader == null
                        ? ClassLoader.getSystemResourceAsStream(file)
                        : loader.getResourceAsStream(file)) {
            return found == null ? Optional.empty() : Optional.of(ClassFactsReader.read(found.readAllBytes()));
        } catch (IOException | RuntimeException unreadable) {
            // Of what it extends nothing is known then; its own name may still say enough.
            return Optional.empty();
        }
    }

    /** The method that a call means, in its owner or what that extends, if it is checked and has code. */
    Optional<MethodFacts> resolve(Call call) {
        MethodFacts direct = methods.get(call.key());
        for (ClassFacts owner = classes.get(call.owner()); direct == null && owner != null; ) {
            String above = owner.superName();
            owner = above == null ? null : classes.get(above);
            direct = owner == null ? null : methods.get(ClassFacts.keyOf(owner.name(), call.name(), call.descriptor()));
        }
        return Optional.ofNullable(direct);
    }

    /** Everything that runs when a method does: itself, its lambdas, and what they call, each once. */
    Collection<MethodFacts> reach(Collection<MethodFacts> starts) {
        return spread(starts, method -> method.calls().stream().flatMap(call -> resolve(call).stream()));
    }

    /** The methods in whose source a method stands: itself, or for a lambda the method around it. */
    Collection<MethodFacts> sources(MethodFacts method) {
        return spread(List.of(method), inner -> inner.isLambda() ? callersOf(inner).stream() : Stream.empty()).stream()
                .filter(Predicate.not(MethodFacts::isLambda))
                .toList();
    }

    private List<MethodFacts> callersOf(MethodFacts method) {
        return callers.getOrDefault(method.key(), List.of());
    }

    private static Collection<MethodFacts> spread(Collection<MethodFacts> starts, Steps steps) {
        Map<String, MethodFacts> reached = new LinkedHashMap<>();
        Deque<MethodFacts> open = new ArrayDeque<>(starts);
        while (!open.isEmpty()) {
            MethodFacts next = open.pop();
            if (reached.putIfAbsent(next.key(), next) == null) {
                steps.from(next).forEach(open::push);
            }
        }
        return reached.values();
    }

    /** Where a walk goes on. */
    private interface Steps {
        Stream<MethodFacts> from(MethodFacts method);
    }
}
