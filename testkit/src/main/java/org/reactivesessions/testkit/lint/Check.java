package org.reactivesessions.testkit.lint;

import java.util.stream.Stream;
import org.reactivesessions.testkit.lint.ClassFacts.MethodFacts;

/** One way to look for breaches of rules. */
interface Check {

    /** Everything there is to find, in no order; the same place may come twice. */
    Stream<Finding> in(Program program);

    /** A finding in the code of a method. */
    static Finding at(LintRule rule, Program program, MethodFacts method, int line, String what) {
        return at(rule, program.ownerOf(method), line, method.sourceName() + " " + what);
    }

    /** A finding in a class; line 0 stands for the line of the class. */
    static Finding at(LintRule rule, ClassFacts owner, int line, String what) {
        return new Finding(rule, owner.javaName(), owner.path(), line == 0 ? owner.line() : line, what);
    }

    /** The name of a type without its package. */
    static String simpleName(String type) {
        return type.substring(type.lastIndexOf('/') + 1).replace('$', '.');
    }
}
