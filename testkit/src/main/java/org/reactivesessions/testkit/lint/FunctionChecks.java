package org.reactivesessions.testkit.lint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.reactivesessions.testkit.lint.ClassFacts.Call;
import org.reactivesessions.testkit.lint.ClassFacts.MethodFacts;

/**
 * Code inside a transaction function that blocks or subscribes. Inside is what is given a {@code Session}, a lambda as well as
 * a method, and what that calls or makes a lambda of, wherever it stands among the classes that are checked.
 */
final class FunctionChecks implements Check {

    private static final String SESSION = "Lorg/reactivesessions/Session;";

    private static final Set<String> BLOCKING =
            Set.of("block", "blockFirst", "blockLast", "blockOptional", "toIterable", "toStream");
    private static final Set<String> WAITING = Set.of("get", "join");
    private static final Set<String> SUBSCRIBING = Set.of("subscribe", "subscribeWith", "toFuture");
    private static final Set<String> STANDING_STILL =
            Set.of("java/lang/Thread.sleep", "java/lang/Thread.join", "java/util/concurrent/CountDownLatch.await");

    /** What several functions reach is one breach, said of the one that it stands in, if there is one. */
    @Override
    public Stream<Finding> in(Program program) {
        Map<Breach, Finding> found = new LinkedHashMap<>();
        program.methods()
                .filter(FunctionChecks::isGivenASession)
                .forEach(function -> program.reach(List.of(function))
                        .forEach(inner -> inner.calls()
                                .forEach(call -> brokenBy(program, call)
                                        .ifPresent(rule -> found.merge(
                                                new Breach(inner.key(), call),
                                                finding(rule, program, function, inner, call),
                                                FunctionChecks::nearer)))));
        return found.values().stream();
    }

    private record Breach(String inner, Call call) {}

    private static Finding nearer(Finding one, Finding other) {
        return other.what().length() < one.what().length() ? other : one;
    }

    private static boolean isGivenASession(MethodFacts method) {
        return method.descriptor()
                .substring(0, method.descriptor().indexOf(')'))
                .contains(SESSION);
    }

    private static Optional<LintRule> brokenBy(Program program, Call call) {
        if (blocks(program, call)) {
            return Optional.of(LintRule.BLOCK_IN_TRANSACTION);
        }
        return SUBSCRIBING.contains(call.name()) && program.is(call.owner(), Kind.PUBLISHER)
                ? Optional.of(LintRule.SUBSCRIBE_IN_TRANSACTION)
                : Optional.empty();
    }

    private static boolean blocks(Program program, Call call) {
        return (BLOCKING.contains(call.name()) && program.is(call.owner(), Kind.PUBLISHER))
                || (WAITING.contains(call.name()) && program.is(call.owner(), Kind.FUTURE))
                || STANDING_STILL.contains(call.owner() + "." + call.name());
    }

    private static Finding finding(LintRule rule, Program program, MethodFacts function, MethodFacts inner, Call call) {
        String from =
                function.owner().equals(inner.owner()) && function.sourceName().equals(inner.sourceName())
                        ? ""
                        : ", reached from " + program.ownerOf(function).javaName() + "." + function.sourceName();
        return Check.at(
                rule,
                program,
                inner,
                call.line(),
                "calls " + Check.simpleName(call.owner()) + "." + call.name() + "() inside a transaction function"
                        + from);
    }
}
