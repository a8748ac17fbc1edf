package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ServerRootTest {

    private static final ProcessStamp ME = ProcessStamp.current();

    @TempDir
    private Path temporary;

    @Test
    void aClaimedDirectoryMustNameItsOwner() throws Exception {
        Path claimed = root().claim();
        assertThat(Files.readAllLines(claimed.resolve("owner"))).isEqualTo(ME.lines());
        assertThat(claimed.getParent()).isEqualTo(root().servers().toRealPath());
        assertThat(root().claim()).as("the owner lives").isNotEqualTo(claimed);
        assertThat(claimed).exists();
        if (Files.getFileStore(claimed).supportsFileAttributeView("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root().path())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void directoriesOfDeadOwnersMustBeReaped() throws Exception {
        Process ended = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        ended.waitFor();
        Path dead = directory("dead", new ProcessStamp(ended.pid(), "1", ME.boot(), ME.namespace()).lines());
        Path recycled = directory("recycled", new ProcessStamp(ME.pid(), "1", ME.boot(), ME.namespace()).lines());
        Path rebooted = directory("rebooted", new ProcessStamp(ME.pid(), ME.start(), "then", "").lines());
        Path unfinished = directory("unfinished", List.of("12"));
        Path garbled = directory("garbled", List.of("x", "1", "2", "3"));
        root().claim();
        assertThat(List.of(dead, recycled, rebooted, unfinished, garbled)).noneMatch(Files::exists);
    }

    /** A server that is closed loses its owner file first; another JVM may look at it then. */
    @Test
    void aDirectoryThatIsDeletedMeanwhileMustBeLeftAlone() throws Exception {
        Path gone = directory("gone", List.of("12"));
        ServerRoot.reap(gone);
        ServerRoot.reap(gone);
        assertThat(gone).doesNotExist();
    }

    @Test
    void aDirectoryOfAnotherContainerMustStay() throws Exception {
        Path elsewhere = directory("elsewhere", new ProcessStamp(ME.pid(), "1", ME.boot(), "another").lines());
        root().claim();
        assertThat(elsewhere).exists();
    }

    @Test
    void aProcessThatIsNoServerMustNotBeKilledForItsPid() throws Exception {
        Process bystander = new ProcessBuilder("sleep", "600").start();
        try {
            Path dead = directory("dead", new ProcessStamp(ME.pid(), "1", ME.boot(), ME.namespace()).lines());
            Path data = Files.createDirectories(ServerRoot.dataDirectory(dead));
            Files.writeString(data.resolve("postmaster.pid"), bystander.pid() + "\n" + data + "\n");
            root().claim();
            assertThat(dead).doesNotExist();
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            bystander.destroyForcibly().waitFor();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aProcessWorkingInTheDataDirectoryMustBeKilledEvenWithoutAPostmaster() throws Exception {
        Path dead = directory("dead", new ProcessStamp(ME.pid(), "1", ME.boot(), ME.namespace()).lines());
        Path data = Files.createDirectories(ServerRoot.dataDirectory(dead));
        Process session =
                new ProcessBuilder("sleep", "600").directory(data.toFile()).start();
        Files.writeString(data.resolve("postmaster.pid"), "no number");
        root().claim();
        assertThat(session.waitFor()).isNotZero();
        assertThat(dead).doesNotExist();
    }

    @Test
    void aSymbolicLinkMustBeRefusedAsRoot() throws Exception {
        Path target = Files.createDirectory(temporary.resolve("target"));
        Files.createSymbolicLink(temporary.resolve("root"), target);
        assertThatThrownBy(() -> root().claim())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("it is a symbolic link. Delete it, or set RS_TEST_DIRECTORY or java.io.tmpdir");
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void aRunningProcessMustBeToldFromAnEndedOne() throws Exception {
        Process process = new ProcessBuilder("sleep", "600").start();
        assertThat(ProcessStamp.isRunning(process.toHandle())).isTrue();
        process.destroyForcibly().waitFor();
        assertThat(ProcessStamp.isRunning(process.toHandle())).isFalse();
    }

    @Test
    void theEnvironmentMustNameTheDirectory() {
        assertThat(parent(Map.of("RS_TEST_DIRECTORY", temporary.toString()))).isEqualTo(temporary);
        Path otherwise = Path.of(System.getProperty("java.io.tmpdir"));
        assertThat(parent(Map.of())).isEqualTo(otherwise);
        assertThat(parent(Map.of("RS_TEST_DIRECTORY", " "))).isEqualTo(otherwise);
    }

    @Test
    void aDirectoryThatIsNotThereMustBeRefused() {
        Path missing = temporary.resolve("missing");
        assertThatThrownBy(() -> ServerRoot.ofCurrentUser(Map.of("RS_TEST_DIRECTORY", missing.toString())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("RS_TEST_DIRECTORY must be a directory that exists, but was " + missing
                        + "; make it, or remove the variable to use " + System.getProperty("java.io.tmpdir"));
    }

    private static @Nullable Path parent(Map<String, String> environment) {
        return ServerRoot.ofCurrentUser(environment).path().getParent();
    }

    private ServerRoot root() {
        return new ServerRoot(temporary.resolve("root"));
    }

    private Path directory(String name, List<String> owner) throws IOException {
        Path directory = Files.createDirectories(root().servers().resolve(name));
        Files.write(directory.resolve("owner"), owner);
        return directory;
    }
}
