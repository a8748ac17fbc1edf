package org.reactivesessions.testkit.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

@Timeout(60)
class ClassFilesTest {

    private static final String BROKEN = "org/reactivesessions/testkit/planted/lint/broken/";

    @TempDir
    private Path folder;

    private static byte[] broken() throws IOException {
        return resource(BROKEN + "ForgetsToClose.class");
    }

    private static byte[] resource(String name) throws IOException {
        try (var content = ClassFilesTest.class.getClassLoader().getResourceAsStream(name)) {
            return content == null ? new byte[0] : content.readAllBytes();
        }
    }

    @Test
    void aJarMustBeReadWithoutItsModuleAndItsOtherVersions() throws IOException {
        Path jar = folder.resolve("some.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String name : new String[] {
                "BOOT-INF/classes/" + BROKEN + "ForgetsToClose.class",
                "META-INF/versions/21/" + BROKEN + "ForgetsToClose.class",
                "module-info.class",
                "readme.txt"
            }) {
                out.putNextEntry(new JarEntry(name));
                out.write(broken());
            }
        }
        LintReport report = SessionLint.defaults().check(jar);
        assertThat(report.filesChecked()).isEqualTo(1);
        assertThat(report.findings()).hasSize(4);
    }

    @Test
    void oneClassFileMustBeEnough() throws IOException {
        Path file = Files.write(folder.resolve("Some.class"), broken());
        assertThat(SessionLint.defaults().check(file).findings())
                .allSatisfy(finding -> assertThat(finding.file()).isEqualTo(BROKEN + "ForgetsToClose.java"))
                .hasSize(4);
    }

    @Test
    void whatCannotBeReadMustBeNamedAndNotPass() throws IOException {
        byte[] tooNew = broken();
        tooNew[7] = 120;
        Files.write(folder.resolve("TooNew.class"), tooNew);
        Files.write(folder.resolve("Short.class"), new byte[] {1, 2, 3});
        LintReport report = SessionLint.defaults().check(folder);
        assertThat(report.filesChecked()).isZero();
        assertThat(report.isClean()).isFalse();
        assertThat(report.unread())
                .satisfiesExactly(
                        one -> assertThat(one).contains("Short.class ("),
                        one -> assertThat(one).contains("TooNew.class (Unsupported class file major version 120)"));
        assertThatThrownBy(report::mustBeClean)
                .hasMessageContaining("0 finding(s) in 0 class file(s)")
                .hasMessageContaining("not read: " + folder.resolve("TooNew.class"));
    }

    @Test
    void whatHoldsNoClassMustBeRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "no jar");
        SessionLint lint = SessionLint.defaults();
        assertThatThrownBy(() -> lint.check(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("notes.txt\" is neither a folder");
        assertThatThrownBy(() -> lint.check(folder.resolve("nothing")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no \"" + folder.resolve("nothing"));
        assertThatThrownBy(() -> lint.check(Files.createDirectory(folder.resolve("empty"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no class file in");
    }

    @Test
    void aClassThatExtendsItselfMustNotKeepTheCheckForEver() throws IOException {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "a/Circle", null, "a/Circle", null);
        writer.visitField(0, "self", "La/Circle;", null, null).visitEnd();
        MethodVisitor code = writer.visitMethod(0, "turn", "(Lorg/reactivesessions/Session;)V", null, null);
        code.visitCode();
        code.visitMethodInsn(Opcodes.INVOKESTATIC, "a/Circle", "nowhere", "()V", false);
        code.visitInsn(Opcodes.RETURN);
        code.visitMaxs(1, 2);
        code.visitEnd();
        Files.write(folder.resolve("Circle.class"), writer.toByteArray());
        assertThat(SessionLint.defaults().check(folder).isClean()).isTrue();
    }
}
