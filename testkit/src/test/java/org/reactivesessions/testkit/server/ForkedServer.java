package org.reactivesessions.testkit.server;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;

/**
 * The program of a forked JVM: starts the shared server, or a standby of it and freezes both, says where it is, and ends or
 * waits to be ended.
 */
final class ForkedServer {

    private ForkedServer() {}

    public static void main(String[] args) throws Exception {
        boolean frozen = args[0].equals("frozen standby");
        EmbeddedServer server = frozen ? EmbeddedServer.shared().startStandby() : EmbeddedServer.shared();
        long pid = server.postmasterPid();
        String data;
        try (Connection connection = server.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW data_directory")) {
            row.next();
            data = row.getString(1);
        }
        if (frozen) {
            EmbeddedServer.shared().freeze();
            server.freeze();
        }
        System.out.println("READY " + pid + " " + data);
        if (args[0].equals("wait")) {
            new CountDownLatch(1).await();
        }
    }
}
