package org.reactivesessions.testkit.lint;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the rules need to know of a class: who it is, what it keeps and what its code calls. Names are internal ones, with
 * slashes. Immutable.
 *
 * @param superName null for {@code java/lang/Object} only
 * @param sourceFile name of the source file without its path; null if it was compiled without
 * @param types types named by the class header and the declarations of its fields
 */
record ClassFacts(
        String name,
        @Nullable String superName,
        List<String> interfaces,
        @Nullable String sourceFile,
        List<FieldFacts> fields,
        List<MethodFacts> methods,
        List<String> types) {

    /**
     * A field.
     *
     * @param types types named by its declaration, type arguments included
     */
    record FieldFacts(String name, boolean isStatic, List<String> types) {}

    /**
     * A method and its code.
     *
     * @param returned types named by what it returns, type arguments included
     * @param isLambda whether it is the body of a lambda, which the compiler made
     * @param line the first one of its code, 0 if it has none
     * @param types types its declaration and its code name, each with the line where it is first
     * @param writes fields its code assigns to, by their names, each with the line where it is first
     */
    record MethodFacts(
            String owner,
            String name,
            String descriptor,
            List<String> returned,
            boolean isLambda,
            int line,
            List<Call> calls,
            Map<String, Integer> types,
            Map<String, Integer> writes) {

        String key() {
            return keyOf(owner, name, descriptor);
        }

        /** The name of the method in its source; for a lambda, that of the method it stands in. */
        String sourceName() {
            // javac says lambda$open$0, kotlinc open$lambda$0
            String[] parts = name.split("\\$", -1);
            String plain = isLambda && parts.length > 2 ? parts[parts[0].equals("lambda") ? 1 : 0] : name;
            return switch (plain) {
                case "<init>", "new" -> "the constructor";
                case "<clinit>", "static" -> "the static initializer";
                default -> plain + "()";
            };
        }
    }

    /** A call, or a method reference or lambda, for which the method is that of the body. */
    record Call(String owner, String name, String descriptor, int line) {

        String key() {
            return keyOf(owner, name, descriptor);
        }
    }

    static String keyOf(String owner, String name, String descriptor) {
        return owner + "." + name + descriptor;
    }

    /** The name as {@link Class#getName()} has it. */
    String javaName() {
        return name.replace('/', '.');
    }

    /** The class at the top of the file, internal name. */
    String outermost() {
        int nested = name.indexOf('$', name.lastIndexOf('/') + 2);
        return nested < 0 ? name : name.substring(0, nested);
    }

    /** Path of the source file below its source folder. */
    String path() {
        String folder = name.substring(0, name.lastIndexOf('/') + 1);
        return sourceFile == null ? outermost() + ".java" : folder + sourceFile;
    }

    /** The first line of its code, 1 if there is none. */
    int line() {
        return methods.stream()
                .mapToInt(MethodFacts::line)
                .filter(line -> line > 0)
                .min()
                .orElse(1);
    }
}
