package org.reactivesessions.testkit.server;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The copier of a data directory whose server goes on working, without what only that server can use.
 *
 * <p>A file that vanishes meanwhile is left out, and one that changes is copied in whatever state it is: the log that the
 * copy replays puts both right. Symbolic links, which lead to tablespaces, are left out. Used by one thread.
 */
final class DataCopy extends SimpleFileVisitor<Path> {

    /** State of the running server, and of a backup or a recovery it came from itself. */
    private static final Set<String> FILES = Set.of(
            "postmaster.pid",
            "postmaster.opts",
            "epg-lock",
            "backup_label",
            "backup_label.old",
            "backup_manifest",
            "tablespace_map",
            "tablespace_map.old",
            "standby.signal",
            "recovery.signal",
            "postgresql.auto.conf.tmp");

    /** The server refills these itself, or finds their content on the primary. */
    private static final Set<String> CONTENTS = Set.of(
            "pg_dynshmem",
            "pg_notify",
            "pg_replslot",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans",
            "pg_wal");

    private final Path from;
    private final Path to;

    DataCopy(Path from, Path to) {
        this.from = from;
        this.to = to;
    }

    /**
     * Copies a directory with all permissions.
     *
     * @param from an existing directory
     * @param to where its copy goes; nothing may be there
     */
    static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new DataCopy(from, to));
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
        if (isTemporary(directory)) {
            return FileVisitResult.SKIP_SUBTREE;
        }
        copyUnlessGone(directory);
        return isTop(directory) && CONTENTS.contains(name(directory))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        boolean stays = isTop(file) && FILES.contains(name(file));
        if (!stays && !attributes.isSymbolicLink() && !isTemporary(file)) {
            copyUnlessGone(file);
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
        return failure == null ? FileVisitResult.CONTINUE : visitFileFailed(directory, failure);
    }

    private void copyUnlessGone(Path path) throws IOException {
        try {
            Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
        } catch (NoSuchFileException e) {
            if (Files.exists(path)) {
                throw e;
            }
        }
    }

    private boolean isTop(Path path) {
        return from.equals(path.getParent());
    }

    /** Temporary files of queries, and caches that each server makes for itself. */
    private static boolean isTemporary(Path path) {
        return name(path).startsWith("pgsql_tmp") || name(path).startsWith("pg_internal.init");
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
