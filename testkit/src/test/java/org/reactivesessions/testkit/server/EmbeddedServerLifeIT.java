package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of an embedded server when its JVM ends, tried with forked JVMs that have a temporary directory of their own. */
@Tag("patient")
class EmbeddedServerLifeIT {

    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path temporary;

    private Path servers = Path.of("");

    /** The unpacked programs are shared, so that not every fork unpacks them. */
    @BeforeEach
    void shareBinaries() throws Exception {
        EmbeddedServer.shared();
        Path shared = ServerRoot.ofCurrentUser().path();
        Path root = Files.createDirectories(temporary.resolve(String.valueOf(shared.getFileName())));
        servers = root.resolve("servers");
        Files.createSymbolicLink(root.resolve("binaries"), shared.resolve("binaries"));
    }

    /** JUnit would warn about it. */
    @AfterEach
    void forgetBinaries() throws IOException {
        Files.delete(servers.resolveSibling("binaries"));
    }

    @Test
    void aNormalEndMustLeaveNothing() throws Exception {
        Fork fork = fork("end");
        assertThat(fork.jvm.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(fork.jvm.exitValue()).isZero();
        assertNothingLeftOf(fork);
    }

    @Test
    void aFrozenServerAndItsFrozenStandbyMustLeaveNothing() throws Exception {
        Fork fork = fork("frozen standby");
        assertThat(fork.jvm.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(fork.jvm.exitValue()).isZero();
        assertNothingLeftOf(fork);
    }

    @Test
    void sigtermMustLeaveNothing() throws Exception {
        Fork fork = fork("wait");
        assertThat(isRunning(fork.postmaster)).isTrue();
        assertThat(fork.jvm.supportsNormalTermination()).isTrue();
        fork.jvm.toHandle().destroy();
        assertThat(fork.jvm.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertNothingLeftOf(fork);
    }

    @Test
    void whatSigkillLeavesMustBeReapedByTheNextStart() throws Exception {
        Fork killed = fork("wait");
        List<ProcessHandle> children =
                ProcessHandle.of(killed.postmaster).orElseThrow().descendants().toList();
        killed.jvm.destroyForcibly();
        assertThat(killed.jvm.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(isRunning(killed.postmaster)).as("orphaned").isTrue();
        assertThat(children).isNotEmpty();

        Fork next = fork("end");
        assertThat(isRunning(killed.postmaster)).isFalse();
        assertThat(children).noneMatch(ProcessStamp::isRunning);
        assertThat(killed.data).doesNotExist();
        assertThat(next.jvm.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertNothingLeftOf(next);
    }

    private void assertNothingLeftOf(Fork fork) throws IOException {
        assertThat(isRunning(fork.postmaster)).isFalse();
        assertThat(fork.data).doesNotExist();
        try (Stream<Path> left = Files.list(servers)) {
            assertThat(left).isEmpty();
        }
    }

    private static boolean isRunning(long pid) {
        return ProcessHandle.of(pid).filter(ProcessStamp::isRunning).isPresent();
    }

    private Fork fork(String what) throws IOException {
        ProcessBuilder program = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ForkedServer.class.getName(),
                what);
        program.environment().put(ServerRoot.VARIABLE, temporary.toString());
        Process jvm = program.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader output = jvm.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("READY ")) {
                String[] words = line.split(" ", 3);
                return new Fork(jvm, Long.parseLong(words[1]), Path.of(words[2]));
            }
        }
        throw new IOException("the forked JVM ended before its server was ready");
    }

    /** A forked JVM and its server. */
    private record Fork(Process jvm, long postmaster, Path data) {}
}
