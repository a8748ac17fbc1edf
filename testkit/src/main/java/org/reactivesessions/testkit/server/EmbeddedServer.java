package org.reactivesessions.testkit.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server started by this JVM, listening on the loopback address only, and gone with the JVM.
 *
 * <p>The server runs as the current user, root included, and needs no installation. It flushes nothing to disk, which
 * is safe as long as only processes die, but keeps {@code synchronous_commit=on}; {@code max_connections} is 200. The
 * superuser has a random password (SCRAM), so that other users of the machine stay out.
 *
 * <p><b>Ownership:</b> {@link #shared()} lives as long as the JVM; a server from {@link #start()} is closed by whoever
 * started it, and so is one from {@link #startStandby()}. Either way the processes are ended and the data is deleted when
 * the JVM ends normally, by SIGTERM or by Ctrl-C. After {@code kill -9} the next start of any embedded server of the same
 * user does it.
 *
 * <p>The files are in the directory for temporary files, {@code java.io.tmpdir}, or in the one that the environment variable
 * {@code RS_TEST_DIRECTORY} names, such as one in memory; programs must be allowed to run there.
 *
 * <p>A log-in costs its client 4,096 rounds of a hash, most of the processor time of tests that open many connections. The system
 * property {@code reactive-sessions.scram-iterations}, at least 1, says how many it shall be for servers started by this JVM; their
 * password is random, so nobody can guess it at 1 either. Without it the server decides.
 *
 * <p><b>Threads:</b> safe for use by several threads; starting and stopping exclude each other.
 *
 * @since 0.1.0
 */
public final class EmbeddedServer implements PostgresServer, AutoCloseable {

    private static final Object SHARED_LOCK = new Object();
    private static @Nullable EmbeddedServer shared;

    private final ServerProcess process;
    private final ServerAddress address;
    private final DatabaseFactory factory;

    private EmbeddedServer(ServerProcess process) {
        this.process = process;
        this.address = process.address();
        this.factory = new DatabaseFactory(address);
    }

    /**
     * The one server all tests of this JVM share, started by the first call, which takes about two seconds.
     *
     * @return the shared server; if somebody closed it, a new one
     * @throws IllegalStateException if the server does not start
     */
    public static EmbeddedServer shared() {
        synchronized (SHARED_LOCK) {
            if (shared == null || shared.process.isClosed()) {
                shared = start();
            }
            return shared;
        }
    }

    /**
     * A server of the caller's own with the default settings.
     *
     * @return a running server, to be closed by the caller
     * @throws IllegalStateException if the server does not start
     */
    public static EmbeddedServer start() {
        return start(Map.of());
    }

    /**
     * A server of the caller's own.
     *
     * @param settings server settings by name, as in {@code postgresql.conf}; they win over the defaults
     * @return a running server, to be closed by the caller
     * @throws IllegalArgumentException if a name is not that of a setting
     * @throws IllegalStateException if the server does not start
     */
    public static EmbeddedServer start(Map<String, String> settings) {
        return new EmbeddedServer(ServerProcess.launch(settings));
    }

    @Override
    public String host() {
        return address.host();
    }

    @Override
    public int port() {
        return address.port();
    }

    @Override
    public String username() {
        return address.username();
    }

    @Override
    public String password() {
        return address.password();
    }

    /**
     * Process id of the main server process; it changes with {@link #restart()}.
     *
     * @return the pid of the postmaster
     * @throws IllegalStateException if the server is not running
     */
    public long postmasterPid() {
        return process.pid();
    }

    @Override
    public TestDatabase freshDatabase(String template) {
        return factory.create(template);
    }

    /**
     * The same database on this server, which has it from the server it is or was a standby of.
     *
     * @param original a database of the other server
     * @return a database that goes with this server; closing it drops it here
     */
    public TestDatabase copyOf(TestDatabase original) {
        return factory.existing(original.database());
    }

    @Override
    public Connection openJdbc() throws SQLException {
        return factory.open();
    }

    /**
     * A second server that streams everything from this one and answers read-only queries. It has the same settings, roles
     * and password, and a port of its own; {@code pg_stat_replication} and {@code synchronous_standby_names} know it by
     * {@code cluster_name} if that is set, else as {@code walreceiver}. Starting it takes about a second.
     *
     * <p>Once it runs, this server keeps no log for it: one that is stopped or frozen for many megabytes of writes cannot
     * catch up, unless {@code wal_keep_size} was set at the start. A tablespace made while it runs would have the same
     * place on both, which PostgreSQL refuses.
     *
     * @return a running standby, to be closed by the caller, before or after this server
     * @throws IllegalStateException if this server cannot be reached or is itself a standby, or the standby does not start
     */
    public EmbeddedServer startStandby() {
        try (StandbyCopy copy = StandbyCopy.of(address)) {
            EmbeddedServer standby = new EmbeddedServer(process.launchAnother(copy::into));
            try {
                awaitReplay(standby);
            } catch (RuntimeException e) {
                standby.close();
                throw e;
            }
            return standby;
        }
    }

    /**
     * Blocks until a standby has replayed everything that was written here before this call, so that its queries see it.
     *
     * @param standby a standby of this server
     * @throws IllegalStateException if the standby has not done so within 30 s, belongs to another server or is promoted,
     *     or one of the two cannot be reached
     */
    public void awaitReplay(EmbeddedServer standby) {
        Replication.awaitReplay(address, standby.address);
    }

    /**
     * Lets a standby receive nothing more, as if the network between the two were cut, and it knew of no other way: what its
     * primary writes from now on does not arrive. Returns when the connection is gone.
     *
     * @throws IllegalStateException if this server is no standby, cannot be reached, or does not let go within 30 s
     */
    public void cutOff() {
        Replication.cutOff(address);
    }

    /**
     * Lets a standby receive, but not show, what its primary writes from now on. Returns when it has paused. Undone by {@link
     * #resumeReplay()} and {@link #promote()}.
     *
     * @throws IllegalStateException if this server is no standby, cannot be reached, or does not pause within 30 s
     */
    public void pauseReplay() {
        Replication.pause(address);
    }

    /**
     * Lets a standby show what it has received meanwhile; does nothing if it was not paused.
     *
     * @throws IllegalStateException if this server is no standby, or cannot be reached
     */
    public void resumeReplay() {
        Replication.resume(address);
    }

    /** Makes a standby receive from another primary, which has everything that this one has. */
    void follow(EmbeddedServer primary) {
        Replication.follow(address, primary.address);
    }

    /** How much of its primary's log a standby has, in bytes. */
    long received() {
        return Replication.received(address);
    }

    /**
     * Makes a standby a server of its own that takes writes; what its primary writes from now on does not arrive. Returns
     * when it takes them, after a fraction of a second.
     *
     * @throws IllegalStateException if this server is no standby, cannot be reached, or is not promoted within 30 s
     */
    public void promote() {
        Replication.promote(address);
    }

    /**
     * Stops all processes of the server where they are (SIGSTOP), as a machine that hangs: connections stay open, new ones
     * are accepted by the system, and nothing answers. Does nothing to a server that is frozen already. A frozen server
     * can be stopped, restarted and closed.
     *
     * @throws IllegalStateException if the server is not running, or this system has no signals
     */
    public void freeze() {
        process.freeze();
    }

    /**
     * Stops the processes that serve a client at this moment, those of {@link #openJdbc()} included, and no other: new
     * connections are served, but may have to wait for what a frozen one has locked. Undone by {@link #thaw()}.
     *
     * @throws IllegalStateException if the server is not running, or this system has no signals
     */
    public void freezeBackends() {
        process.freezeBackends();
    }

    /** Lets everything go on that was frozen; does nothing if nothing was, or if the server is not running. */
    public void thaw() {
        process.thaw();
    }

    /**
     * Ends one process that serves a client by SIGKILL. The server takes its shared memory for damaged, ends every other
     * session and recovers by itself, during which it refuses connections; {@link #postmasterPid()} stays.
     *
     * @param pid process id of the session, as {@code pg_backend_pid()} says
     * @throws IllegalArgumentException if no session has that process
     * @throws IllegalStateException if the server is not running
     */
    public void killBackend(int pid) {
        process.killBackend(pid);
    }

    /**
     * Ends all processes of the server by SIGKILL, as a machine that fails: no session is told, nothing is saved. What was
     * written is kept by the system; {@link #restart()} recovers from it on the same port.
     *
     * @throws IllegalStateException if the server is not running
     */
    public void crash() {
        process.crash();
    }

    /**
     * Stops the server the way an administrator does (sessions are told and ended) and keeps its data.
     *
     * @throws IllegalStateException if the server is closed
     */
    public void stop() {
        process.stop();
    }

    /**
     * Stops the server if it runs and starts it on the same port and data; after a crash it recovers first.
     *
     * @throws IllegalStateException if the server is closed or does not start
     */
    public void restart() {
        process.restart();
    }

    /**
     * Stops the server if it runs and starts it on the same port and data as a standby of the one that was its standby and was
     * promoted. It must have been stopped in good order before that, or it may have what the other one has not, and then it does
     * not follow.
     *
     * @param primary was a standby of this server and has been promoted
     * @throws IllegalStateException if the server is closed, does not start, or does not catch up within 30 s
     */
    public void restartAsStandbyOf(EmbeddedServer primary) {
        process.restart(directory -> StandbyCopy.ofItself(directory, primary.address));
        primary.awaitReplay(this);
    }

    /** Stops the server if it runs, throws its data away, and starts it on the same port as a standby with a new copy. */
    void restartAsCopyOf(EmbeddedServer primary) {
        try (StandbyCopy copy = StandbyCopy.of(primary.address)) {
            process.restart(directory -> {
                ServerRoot.deleteData(directory);
                copy.into(directory);
            });
            primary.awaitReplay(this);
        }
    }

    /** Whether its main process is there. */
    boolean isRunning() {
        return process.isRunning();
    }

    /** Ends the server and deletes its data; a second call does nothing. */
    @Override
    public void close() {
        process.close();
    }

    @Override
    public String toString() {
        return "EmbeddedServer[" + address + "]";
    }
}
