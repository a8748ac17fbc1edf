package org.reactivesessions.testkit.lint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The reader of one class file; not thread-safe, used once. */
final class ClassFactsReader extends ClassVisitor {

    static final int API = Opcodes.ASM9;
    private static final Pattern TYPE = Pattern.compile("L([^;<:]+)");

    private String name = "";
    private @Nullable String superName;
    private List<String> interfaces = List.of();
    private @Nullable String sourceFile;
    private final List<ClassFacts.FieldFacts> fields = new ArrayList<>();
    private final List<ClassFacts.MethodFacts> methods = new ArrayList<>();
    private final List<String> types = new ArrayList<>();

    private ClassFactsReader() {
        super(API);
    }

    /**
     * Reads a class file.
     *
     * @throws RuntimeException of whatever kind if it is none, or too new
     */
    static ClassFacts read(byte[] classFile) {
        ClassFactsReader reader = new ClassFactsReader();
        new ClassReader(classFile).accept(reader, ClassReader.SKIP_FRAMES);
        return new ClassFacts(
                reader.name,
                reader.superName,
                reader.interfaces,
                reader.sourceFile,
                List.copyOf(reader.fields),
                List.copyOf(reader.methods),
                List.copyOf(reader.types));
    }

    /** The types named in a descriptor or a generic signature. */
    static Stream<String> typesIn(@Nullable String text) {
        return text == null ? Stream.empty() : TYPE.matcher(text).results().map((MatchResult type) -> type.group(1));
    }

    @Override
    public void visit(
            int version,
            int access,
            String className,
            @Nullable String signature,
            @Nullable String superclass,
            String @Nullable [] implemented) {
        name = className;
        superName = superclass;
        interfaces = implemented == null ? List.of() : List.of(implemented);
        if (superclass != null) {
            types.add(superclass);
        }
        types.addAll(interfaces);
        typesIn(signature).forEach(types::add);
    }

    @Override
    public void visitSource(@Nullable String source, @Nullable String debug) {
        sourceFile = source;
    }

    @Override
    public @Nullable FieldVisitor visitField(
            int access, String fieldName, String descriptor, @Nullable String signature, @Nullable Object value) {
        List<String> named = Stream.concat(typesIn(descriptor), typesIn(signature))
                .distinct()
                .toList();
        types.addAll(named);
        if ((access & Opcodes.ACC_SYNTHETIC) != 0) {
            // What an inner class sees of its surroundings, which is kept no longer than that class.
            return null;
        }
        fields.add(new ClassFacts.FieldFacts(fieldName, (access & Opcodes.ACC_STATIC) != 0, named));
        return null;
    }

    @Override
    public MethodVisitor visitMethod(
            int access,
            String methodName,
            String descriptor,
            @Nullable String signature,
            String @Nullable [] exceptions) {
        Map<String, Integer> named = new LinkedHashMap<>();
        Stream.of(
                        typesIn(descriptor),
                        typesIn(signature),
                        exceptions == null ? Stream.<String>empty() : Stream.of(exceptions))
                .flatMap(some -> some)
                .forEach(type -> named.putIfAbsent(type, 0));
        List<String> returned = Stream.concat(returnedIn(descriptor), returnedIn(signature))
                .distinct()
                .toList();
        boolean lambda = (access & Opcodes.ACC_SYNTHETIC) != 0 && methodName.contains("lambda$");
        return new CodeReader(
                named,
                code -> methods.add(new ClassFacts.MethodFacts(
                        name,
                        methodName,
                        descriptor,
                        returned,
                        lambda,
                        code.firstLine(),
                        List.copyOf(code.calls()),
                        Map.copyOf(named),
                        Map.copyOf(code.writes()))));
    }

    private static Stream<String> returnedIn(@Nullable String signature) {
        return signature == null ? Stream.empty() : typesIn(signature.substring(signature.indexOf(')') + 1));
    }
}
