package org.reactivesessions.testkit.lint;

import java.util.Collection;
import java.util.stream.Stream;
import org.reactivesessions.testkit.lint.ClassFacts.Call;
import org.reactivesessions.testkit.lint.ClassFacts.FieldFacts;
import org.reactivesessions.testkit.lint.ClassFacts.MethodFacts;

/**
 * Connections that are opened, kept or closed by hand. What is itself a connection factory may open one, and what is itself
 * a connection may keep and close one: it stands for the other.
 */
final class ConnectionChecks implements Check {

    private static final String FUNCTIONS = "java/util/function/";

    @Override
    public Stream<Finding> in(Program program) {
        return program.classes().stream()
                .flatMap(type -> Stream.concat(
                        kept(program, type), type.methods().stream().flatMap(method -> inCode(program, type, method))));
    }

    private static Stream<Finding> kept(Program program, ClassFacts type) {
        return program.is(type.name(), Kind.CONNECTION)
                ? Stream.empty()
                : type.fields().stream()
                        .filter(field -> keeps(program, field))
                        .map(field -> Check.at(LintRule.CONNECTION_IN_FIELD, type, lineOf(type, field), said(field)));
    }

    /** A function of connections keeps none. */
    private static boolean keeps(Program program, FieldFacts field) {
        return field.types().stream().noneMatch(named -> named.startsWith(FUNCTIONS))
                && field.types().stream().anyMatch(named -> program.is(named, Kind.CONNECTION));
    }

    private static String said(FieldFacts field) {
        return field.isStatic()
                ? "the static field " + field.name() + " keeps one connection for the whole program"
                : "the field " + field.name() + " keeps a connection";
    }

    /** Class files tell no line of a field, but where it is assigned to. */
    private static int lineOf(ClassFacts type, FieldFacts field) {
        return type.methods().stream()
                .mapToInt(method -> method.writes().getOrDefault(field.name(), 0))
                .filter(line -> line > 0)
                .findFirst()
                .orElse(0);
    }

    private static Stream<Finding> inCode(Program program, ClassFacts type, MethodFacts method) {
        Stream<Finding> opened = program.is(type.name(), Kind.CONNECTION_FACTORY)
                ? Stream.empty()
                : method.calls().stream()
                        .filter(call -> opens(program, call))
                        .flatMap(call -> opening(program, method, call));
        Stream<Finding> closed = program.is(type.name(), Kind.CONNECTION)
                ? Stream.empty()
                : method.calls().stream()
                        .filter(call -> closes(program, call))
                        .map(call -> Check.at(
                                LintRule.MANUAL_CLOSE,
                                program,
                                method,
                                call.line(),
                                "calls " + Check.simpleName(call.owner()) + ".close()"));
        return Stream.concat(opened, closed);
    }

    private static Stream<Finding> opening(Program program, MethodFacts method, Call call) {
        Finding opened = Check.at(
                LintRule.DIRECT_CONNECTION,
                program,
                method,
                call.line(),
                "calls " + Check.simpleName(call.owner()) + ".create()");
        Collection<MethodFacts> sources = program.sources(method);
        boolean handedOut = sources.stream()
                .anyMatch(source -> source.returned().stream().anyMatch(named -> program.is(named, Kind.CONNECTION)));
        boolean closed = program.reach(sources).stream()
                .flatMap(reached -> reached.calls().stream())
                .anyMatch(reached -> closes(program, reached));
        return handedOut || closed
                ? Stream.of(opened)
                : Stream.of(
                        opened,
                        Check.at(
                                LintRule.MISSING_CLOSE,
                                program,
                                method,
                                call.line(),
                                "opens a connection that nothing reached from here closes"));
    }

    private static boolean opens(Program program, Call call) {
        return call.name().equals("create")
                && call.descriptor().startsWith("()")
                && program.is(call.owner(), Kind.CONNECTION_FACTORY);
    }

    private static boolean closes(Program program, Call call) {
        return call.name().equals("close")
                && call.descriptor().startsWith("()")
                && program.is(call.owner(), Kind.CONNECTION);
    }
}
