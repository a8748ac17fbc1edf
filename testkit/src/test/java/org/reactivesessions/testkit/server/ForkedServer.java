package org.reactivesessions.testkit.server;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;

/** The program of a forked JVM: starts the shared server, says where it is, and ends or waits to be ended. */
final class ForkedServer {

    private ForkedServer() {}

    public static void main(String[] args) throws Exception {
        EmbeddedServer server = EmbeddedServer.shared();
        try (Connection connection = server.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW data_directory")) {
            row.next();
            System.out.println("READY " + server.postmasterPid() + " " + row.getString(1));
        }
        if (args[0].equals("wait")) {
            new CountDownLatch(1).await();
        }
    }
}
