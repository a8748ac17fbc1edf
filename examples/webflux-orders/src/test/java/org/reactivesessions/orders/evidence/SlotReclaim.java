package org.reactivesessions.orders.evidence;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long the pool does without a connection whose client has gone: a transfer waits for an account that somebody else has locked, its
 * client disconnects, and the time is taken until the pool has the connection back. The lock is let go after a while, whether or not.
 */
final class SlotReclaim {

    /** Until somebody else lets go of what the transfer waits for. */
    static final Duration LOCKED = Duration.ofSeconds(2);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ACCOUNT = 50;

    private final Service service;
    private final Witness witness;

    SlotReclaim(Service service) {
        this.service = service;
        this.witness = service.witness();
    }

    /** One after the other; the times, in order of size. */
    List<Duration> measure(int rounds) throws SQLException, IOException {
        List<Duration> times = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            times.add(one(round % 2 == 0));
        }
        times.sort(null);
        return times;
    }

    private Duration one(boolean reset) throws SQLException, IOException {
        require(Waiting.until(() -> service.busy() == 0, PATIENCE) >= 0, "the pool was not at rest");
        try (Connection other = witness.open()) {
            other.setAutoCommit(false);
            try (Statement lock = other.createStatement()) {
                lock.execute("SELECT FROM account WHERE id = " + ACCOUNT + " FOR UPDATE");
            }
            Socket client = new Socket(InetAddress.getLoopbackAddress(), service.port());
            client.getOutputStream().write(RawRequest.transfer(ACCOUNT, ACCOUNT + 1, 1));
            require(Waiting.until(this::somebodyWaits, PATIENCE) >= 0, "the transfer did not wait for the lock");
            long left = System.nanoTime();
            if (reset) {
                client.setSoLinger(true, 0);
            }
            client.close();
            if (Waiting.until(() -> service.busy() == 0, LOCKED) < 0) {
                other.rollback();
                require(Waiting.until(() -> service.busy() == 0, PATIENCE) >= 0, "the connection never came back");
            }
            Duration took = Duration.ofNanos(System.nanoTime() - left);
            other.rollback();
            return took;
        }
    }

    private boolean somebodyWaits() {
        try (Connection look = witness.open();
                Statement statement = look.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND application_name = 'webflux-orders' AND wait_event_type = 'Lock'")) {
            row.next();
            return row.getLong(1) > 0;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void require(boolean held, String otherwise) {
        if (!held) {
            throw new IllegalStateException(otherwise);
        }
    }
}
