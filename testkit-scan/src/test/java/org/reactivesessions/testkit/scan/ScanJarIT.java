package org.reactivesessions.testkit.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as it is given away, in a process of its own, and what the guide says to copy around it. */
class ScanJarIT {

    private static final Path JAR =
            Path.of("target/reactive-sessions-testkit-scan.jar").toAbsolutePath();
    private static final Path PLANTED = Path.of(
                    "../testkit/target/test-classes/org/reactivesessions/testkit/planted/lint")
            .toAbsolutePath();
    private static final Path PAGE = Path.of("../docs/guide/lint.md");
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private Path project;

    /** How a process ended, and what it said. */
    private record Ended(int code, String said) {}

    private Ended run(Map<String, String> environment, String... command) throws Exception {
        Path said = project.resolve("said");
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended).as("ends by itself").isTrue();
        return new Ended(process.exitValue(), Files.readString(said));
    }

    @Test
    void theJarMustNeedNothingElse() throws Exception {
        Ended broken = run(
                Map.of(),
                JAVA,
                "-jar",
                JAR.toString(),
                PLANTED.resolve("broken").toString());
        assertThat(broken.said())
                .contains("findings: 21\n", "BlocksInside.java:")
                .doesNotContain("SLF4J", "Exception");
        assertThat(broken.code()).isEqualTo(1);

        Ended clean = run(
                Map.of(), JAVA, "-jar", JAR.toString(), PLANTED.resolve("clean").toString());
        assertThat(clean.said()).contains("findings: 0\n");
        assertThat(clean.code()).isZero();

        Ended misused = run(Map.of(), JAVA, "-jar", JAR.toString(), "--format", "xml", "nowhere");
        assertThat(misused.said()).contains("--format must be text, html or json, but was \"xml\"");
        assertThat(misused.code()).isEqualTo(2);
    }

    @Test
    void theJarMustCheckItself() throws Exception {
        Ended ended = run(Map.of(), JAVA, "-jar", JAR.toString(), JAR.toString());
        assertThat(ended.said()).contains("findings: 0\n");
        assertThat(ended.code()).isZero();
    }

    @Test
    void theHookOfTheGuideMustStopACommit() throws Exception {
        Path hook = Files.writeString(project.resolve("pre-commit"), block("pre-commit"));
        assertThat(commitWith(hook, "broken").said()).contains("findings: 21\n", "compiled first\n");
        assertThat(commitWith(hook, "broken").code()).isEqualTo(1);
        assertThat(commitWith(hook, "clean").code()).isZero();
    }

    @Test
    void theStepOfTheGuideMustFailABuildAndLeaveItsReport() throws Exception {
        Path step = Files.writeString(project.resolve("step"), block("ci"));
        Ended ended = commitWith(step, "broken");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(Files.readString(project.resolve("target/sessions.html"))).contains("21 finding(s)");
        assertThat(commitWith(step, "clean").code()).isZero();
    }

    /** Runs a script in a project whose Maven says that it was asked, and has compiled these classes. */
    private Ended commitWith(Path script, String planted) throws Exception {
        Path tools = Files.createDirectories(project.resolve("tools"));
        Files.deleteIfExists(tools.resolve("reactive-sessions-testkit-scan.jar"));
        Files.createSymbolicLink(tools.resolve("reactive-sessions-testkit-scan.jar"), JAR);
        Files.createDirectories(project.resolve("target"));
        Files.deleteIfExists(project.resolve("target/classes"));
        Files.createSymbolicLink(project.resolve("target/classes"), PLANTED.resolve(planted));
        Path bin = Files.createDirectories(project.resolve("bin"));
        Path maven =
                Files.writeString(bin.resolve("mvn"), "#!/bin/sh\necho compiled first\n", StandardCharsets.US_ASCII);
        assertThat(maven.toFile().setExecutable(true)).isTrue();
        String path = bin + ":" + Path.of(JAVA).getParent() + ":" + System.getenv("PATH");
        return run(Map.of("PATH", path), "sh", script.toString());
    }

    private static String block(String name) throws IOException {
        Matcher block = Pattern.compile("<!-- " + name + " -->\\n```text\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE));
        assertThat(block.find()).as("a block named " + name).isTrue();
        return block.group(1);
    }
}
