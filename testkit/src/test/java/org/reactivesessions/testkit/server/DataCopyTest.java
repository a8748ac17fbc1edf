package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DataCopyTest {

    @TempDir
    private Path temporary;

    private Path from = Path.of("");
    private Path to = Path.of("");

    @BeforeEach
    void makeOriginal() throws IOException {
        from = Files.createDirectory(temporary.resolve("from"));
        to = temporary.resolve("to");
    }

    @Test
    void whatOnlyTheRunningServerCanUseMustStay() throws Exception {
        for (String name : new String[] {
            "PG_VERSION",
            "postmaster.pid",
            "standby.signal",
            "base/1/1259",
            "base/1/postmaster.pid",
            "pg_wal/0001",
            "pg_replslot/a/state",
            "base/1/pg_internal.init",
            "base/pgsql_tmp/pgsql_tmp1.0",
            "base/1/pg_wal/kept"
        }) {
            Path file = from.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
        DataCopy.copy(from, to);
        try (Stream<Path> copied = Files.walk(to)) {
            assertThat(copied.filter(Files::isRegularFile)
                            .map(file -> to.relativize(file).toString()))
                    .containsExactlyInAnyOrder(
                            "PG_VERSION", "base/1/1259", "base/1/postmaster.pid", "base/1/pg_wal/kept");
        }
        assertThat(to.resolve("pg_wal")).isEmptyDirectory();
        assertThat(to.resolve("pg_replslot")).isEmptyDirectory();
        assertThat(to.resolve("base/1/1259")).hasContent("base/1/1259");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void permissionsMustBeKeptAndLinksLeftOut() throws Exception {
        Files.setPosixFilePermissions(from, PosixFilePermissions.fromString("rwx------"));
        Path secret = Files.writeString(from.resolve("secret"), "x");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(from.resolve("link"), temporary);
        DataCopy.copy(from, to);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(to)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(to.resolve("secret"))))
                .isEqualTo("rw-------");
        assertThat(to.resolve("link")).doesNotExist();
    }

    @Test
    void whatVanishesMeanwhileMustBeLeftOut() throws Exception {
        Path vanished = Files.writeString(from.resolve("vanished"), "x");
        BasicFileAttributes attributes = Files.readAttributes(vanished, BasicFileAttributes.class);
        Files.delete(vanished);
        FileVisitor<Path> copy = new DataCopy(from, to);
        assertThat(copy.visitFile(vanished, attributes)).isEqualTo(FileVisitResult.CONTINUE);
        assertThat(copy.visitFileFailed(vanished, new NoSuchFileException("vanished")))
                .isEqualTo(FileVisitResult.CONTINUE);
        assertThat(to).doesNotExist();
    }

    @Test
    void anyOtherFailureMustBeReported() throws Exception {
        Path file = Files.writeString(from.resolve("file"), "x");
        FileVisitor<Path> copy = new DataCopy(from, to);
        assertThatThrownBy(() -> copy.visitFileFailed(file, new AccessDeniedException("file")))
                .isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> copy.visitFile(file, Files.readAttributes(file, BasicFileAttributes.class)))
                .as("there is no directory to copy to")
                .isInstanceOf(NoSuchFileException.class);
    }
}
