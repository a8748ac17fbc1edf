package org.reactivesessions.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.reactivesessions.postgres.CommitMarkerSchema;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.TestDatabase;

/** A database with the tables of the workloads and of commit markers, and the ways to it. Owns the database. Not thread-safe. */
final class Bench implements AutoCloseable {

    /** How many accounts there are; their ids are 0 to this minus 1. */
    static final int ACCOUNTS = 10_000;

    private final TestDatabase database;

    private Bench(TestDatabase database) {
        this.database = database;
    }

    static Bench on(TestDatabase database) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE account (id integer PRIMARY KEY, balance bigint NOT NULL)");
            statement.execute(
                    "INSERT INTO account SELECT id, 1000000 FROM generate_series(0, " + ACCOUNTS + " - 1) id");
            statement.execute("CREATE TABLE note (account integer NOT NULL, balance bigint NOT NULL)");
            statement.execute(CommitMarkerSchema.ddl());
            statement.execute("VACUUM ANALYZE");
        }
        return new Bench(database);
    }

    /** A proxy before the server, to be closed by the caller. */
    FaultProxy proxy() {
        return FaultProxy.start(database.host(), database.port());
    }

    /** The way straight to the server. */
    Endpoint direct() {
        return new Endpoint(database, database.host(), database.port());
    }

    /** The way through a proxy. */
    Endpoint through(FaultProxy proxy) {
        return new Endpoint(database, proxy.host(), proxy.port());
    }

    /** Takes away what WRITE3 has inserted and updated, so that every run begins with the same tables. */
    void tidy() throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE note");
            statement.execute("VACUUM account");
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
