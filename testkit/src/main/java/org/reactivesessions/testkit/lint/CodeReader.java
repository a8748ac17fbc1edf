package org.reactivesessions.testkit.lint;

import static org.reactivesessions.testkit.lint.ClassFactsReader.typesIn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** The reader of one method's code; not thread-safe, used once. */
final class CodeReader extends MethodVisitor {

    private final Map<String, Integer> types;
    private final Consumer<CodeReader> end;
    private final List<ClassFacts.Call> calls = new ArrayList<>();
    private final Map<String, Integer> writes = new LinkedHashMap<>();
    private int firstLine;
    private int line;

    /**
     * @param types what the declaration names, to which is added what the code names
     * @param end is given this reader when all is read
     */
    CodeReader(Map<String, Integer> types, Consumer<CodeReader> end) {
        super(ClassFactsReader.API);
        this.types = types;
        this.end = end;
    }

    List<ClassFacts.Call> calls() {
        return calls;
    }

    Map<String, Integer> writes() {
        return writes;
    }

    int firstLine() {
        return firstLine;
    }

    @Override
    public void visitLineNumber(int number, Label start) {
        line = number;
        firstLine = firstLine == 0 ? number : Math.min(firstLine, number);
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
        call(owner, name, descriptor);
    }

    @Override
    public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
        typesIn(descriptor).forEach(this::type);
        for (Object argument : arguments) {
            constant(argument);
        }
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
        type(owner);
        typesIn(descriptor).forEach(this::type);
        if (opcode == Opcodes.PUTFIELD || opcode == Opcodes.PUTSTATIC) {
            writes.putIfAbsent(name, line);
        }
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
        typeOrArray(type);
    }

    @Override
    public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
        typesIn(descriptor).forEach(this::type);
    }

    @Override
    public void visitLdcInsn(Object value) {
        constant(value);
    }

    @Override
    public void visitTryCatchBlock(Label start, Label to, Label handler, @Nullable String caught) {
        if (caught != null) {
            types.putIfAbsent(caught, 0);
        }
    }

    @Override
    public void visitEnd() {
        end.accept(this);
    }

    private void constant(Object value) {
        if (value instanceof Handle handle) {
            call(handle.getOwner(), handle.getName(), handle.getDesc());
        } else if (value instanceof Type named) {
            typesIn(named.getDescriptor()).forEach(this::type);
        }
    }

    private void call(String owner, String name, String descriptor) {
        typeOrArray(owner);
        typesIn(descriptor).forEach(this::type);
        calls.add(new ClassFacts.Call(owner, name, descriptor, line));
    }

    private void typeOrArray(String type) {
        if (type.startsWith("[")) {
            typesIn(type).forEach(this::type);
        } else {
            type(type);
        }
    }

    /** A declaration has no line of its own: the first use in the code gives it one. */
    private void type(String type) {
        types.merge(type, line, (before, now) -> before == 0 ? now : before);
    }
}
