package org.reactivesessions.postgres.pgbouncer;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.reactivesessions.testkit.pgbouncer.PgBouncerOptions;
import org.reactivesessions.testkit.pgbouncer.PgBouncerProcess;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * The program: everything the preset for poolers promises, on a PgBouncer as it is after installation, in front of an
 * embedded server. It needs {@code pgbouncer} on the path and ends with exit code 1 if a check failed.
 *
 * <p>{@code mvn -q -pl postgres -am test-compile exec:exec@pgbouncer -DpgBouncerRun.skip=false}
 */
public final class PgBouncerRun {

    static final int SERVER_CONNECTIONS = 4;

    private PgBouncerRun() {}

    /**
     * Runs it and ends the JVM.
     *
     * @param arguments the file for the table, or none
     */
    public static void main(String... arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        boolean passed;
        CheckTable table;
        try (EmbeddedServer server = EmbeddedServer.start();
                TestDatabase database = server.freshDatabase();
                Oracle oracle = new Oracle(database);
                PgBouncerProcess bouncer = PgBouncerProcess.start(before(database));
                PgBouncerProcess lenient = PgBouncerProcess.start(before(database)
                        .ignoring("extra_float_digits,default_transaction_read_only,default_transaction_deferrable"
                                + ",client_connection_check_interval"))) {
            table = new CheckTable(
                    out,
                    PgBouncerProcess.version().orElseThrow() + ", pool_mode transaction, default_pool_size "
                            + SERVER_CONNECTIONS + ", in front of PostgreSQL "
                            + oracle.text("SHOW server_version"));
            new TransactionChecks(database, bouncer, oracle).run(table);
            new SharingChecks(database, bouncer, oracle).run(table);
            new FaultChecks(database, bouncer, oracle).run(table);
            new WithoutPresetChecks(database, bouncer, lenient).run(table);
            passed = table.conclude();
        }
        if (arguments.length > 0) {
            table.writeTo(Path.of(arguments[0]));
        }
        System.exit(passed ? 0 : 1);
    }

    private static PgBouncerOptions before(TestDatabase database) {
        return PgBouncerOptions.before(
                        database.host(), database.port(), database.database(), database.username(), database.password())
                .serverConnections(SERVER_CONNECTIONS);
    }
}
