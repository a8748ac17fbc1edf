package org.reactivesessions.testkit.lint;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final Map<String, Collection<String>> lineages = new HashMap<>();

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
        return lineage(type).stream().anyMatch(kind::names);
    }

    /** A type and all that it extends, each once, as far as they are known; superclasses before interfaces. */
    private Collection<String> lineage(String type) {
        Collection<String> before = lineages.get(type);
        if (before != null) {
            return before;
        }
        Set<String> all = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(type));
        while (!open.isEmpty()) {
            String next = open.pop();
            if (all.add(next)) {
                known(next).ifPresent(one -> {
                    open.addAll(one.interfaces());
                    if (one.superName() != null) {
                        open.push(one.superName());
                    }
                });
            }
        }
        lineages.put(type, all);
        return all;
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

    /** The method that a call means, in its owner or what that extends, if it is checked. */
    Optional<MethodFacts> resolve(Call call) {
        MethodFacts direct = methods.get(call.key());
        if (direct != null || !classes.containsKey(call.owner())) {
            return Optional.ofNullable(direct);
        }
        return lineage(call.owner()).stream()
                .flatMap(above ->
                        Stream.ofNullable(methods.get(ClassFacts.keyOf(above, call.name(), call.descriptor()))))
                .findFirst();
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
