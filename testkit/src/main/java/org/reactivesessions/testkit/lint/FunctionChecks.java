package org.reactivesessions.testkit.lint;

import java.util.List;
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

    @Override
    public Stream<Finding> in(Program program) {
        return program.methods()
                .filter(FunctionChecks::isGivenASession)
                .flatMap(function -> program.reach(List.of(function)).stream()
                        .flatMap(inner ->
                                inner.calls().stream().flatMap(call -> broken(program, function, inner, call))));
    }

    private static boolean isGivenASession(MethodFacts method) {
        return method.descriptor()
                .substring(0, method.descriptor().indexOf(')'))
                .contains(SESSION);
    }

    private static Stream<Finding> broken(Program program, MethodFacts function, MethodFacts inner, Call call) {
        if (blocks(program, call)) {
            return Stream.of(finding(LintRule.BLOCK_IN_TRANSACTION, program, function, inner, call));
        }
        if (SUBSCRIBING.contains(call.name()) && program.is(call.owner(), Kind.PUBLISHER)) {
            return Stream.of(finding(LintRule.SUBSCRIBE_IN_TRANSACTION, program, function, inner, call));
        }
        return Stream.empty();
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
