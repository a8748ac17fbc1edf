package org.reactivesessions.testkit.server;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One copy of a running primary's data, ready to be started as its streaming standby.
 *
 * <p>The programs of an embedded server have no {@code pg_basebackup}, so this does what it does, over JDBC. Until it is
 * closed, the primary keeps the log that the standby needs to catch up. Used by one thread.
 */
final class StandbyCopy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StandbyCopy.class);
    private static final String RESERVE_LOG =
            "SELECT pg_create_physical_replication_slot('standby_copy_' || pg_backend_pid(), true, true)";
    private static final String RELEASE_LOG = "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            + " WHERE active_pid = pg_backend_pid()";
    private static final String START = "SELECT pg_backup_start('standby copy', fast => true)";
    private static final String STOP = "SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)";

    private final ServerAddress primary;
    private final Connection session;

    private StandbyCopy(ServerAddress primary, Connection session) {
        this.primary = primary;
        this.session = session;
    }

    /**
     * Makes the primary keep its log from now on.
     *
     * @throws IllegalStateException if the primary cannot be reached, is itself a standby, or refuses
     */
    static StandbyCopy of(ServerAddress primary) {
        try {
            StandbyCopy copy = new StandbyCopy(primary, primary.open());
            try {
                copy.requirePrimary();
                copy.query(RESERVE_LOG);
            } catch (SQLException | RuntimeException e) {
                copy.close();
                throw e;
            }
            return copy;
        } catch (SQLException e) {
            throw failed(primary, e);
        }
    }

    /**
     * Copies the data.
     *
     * @param directory directory of the server that is to be the standby
     * @throws IllegalStateException if the primary refuses, or a file cannot be copied
     */
    void into(Path directory) {
        Path data = ServerRoot.dataDirectory(directory);
        try {
            Path original = Path.of(query("SHOW data_directory"));
            List<Path> databases = databases(original);
            query(START);
            DataCopy.copy(original, data);
            for (Path database : databases) {
                Files.createDirectories(data.resolve("base").resolve(database));
            }
            List<String> tablespaces =
                    copyTablespaces(original.resolve("pg_tblspc"), ServerRoot.tablespaces(directory));
            Files.writeString(data.resolve("backup_label"), query(STOP));
            if (!tablespaces.isEmpty()) {
                Files.write(data.resolve("tablespace_map"), tablespaces);
            }
            follow(data, primary);
        } catch (SQLException | IOException e) {
            throw failed(primary, e);
        }
    }

    /**
     * Lets a server that was the primary of another one follow that one with the data it has.
     *
     * @param directory directory of a server that is stopped
     * @throws IllegalStateException if its files cannot be written
     */
    static void ofItself(Path directory, ServerAddress primary) {
        try {
            follow(ServerRoot.dataDirectory(directory), primary);
        } catch (IOException e) {
            throw failed(primary, e);
        }
    }

    /** What comes last in that file counts. */
    private static void follow(Path data, ServerAddress primary) throws IOException {
        Files.writeString(
                data.resolve("postgresql.auto.conf"),
                "\n" + PrimaryConnInfo.line(primary) + "\n",
                StandardOpenOption.APPEND);
        Files.writeString(data.resolve("standby.signal"), "");
    }

    /** The primary's log is its own again; a session that is lost gives it back, too. */
    @Override
    public void close() {
        try (Connection ending = session;
                Statement statement = ending.createStatement()) {
            statement.execute(RELEASE_LOG);
        } catch (SQLException e) {
            LOG.debug("the session that copied {} was lost before its end", primary, e);
        }
    }

    private void requirePrimary() throws SQLException {
        if (query("SELECT pg_is_in_recovery()::text").equals("true")) {
            throw new IllegalStateException(
                    "the server " + primary + " is itself a standby. Start another standby from its primary");
        }
    }

    /**
     * The directories of the databases there are before the copy begins. One that is dropped meanwhile must be there
     * all the same, because the log from the beginning on changes it until it tells of its end.
     */
    private static List<Path> databases(Path data) throws IOException {
        try (Stream<Path> directories = Files.list(data.resolve("base"))) {
            return directories
                    .map(Path::getFileName)
                    .filter(name -> name.toString().chars().allMatch(Character::isDigit))
                    .toList();
        }
    }

    /** A tablespace lies where both servers would find it, so the standby gets a copy and a map that leads there. */
    private static List<String> copyTablespaces(Path links, Path to) throws IOException {
        List<String> map = new ArrayList<>();
        try (DirectoryStream<Path> originals = Files.newDirectoryStream(links, Files::isSymbolicLink)) {
            for (Path original : originals) {
                Path name = Path.of(String.valueOf(original.getFileName()));
                Path copy = Files.createDirectories(to).resolve(name);
                DataCopy.copy(original.toRealPath(), copy);
                map.add(name + " " + copy.toString().replace("\\", "\\\\"));
            }
        }
        return map;
    }

    private String query(String sql) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static IllegalStateException failed(ServerAddress primary, Exception cause) {
        return new IllegalStateException("no standby of " + primary + ": " + cause.getMessage(), cause);
    }
}
