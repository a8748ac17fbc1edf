package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class ProgramTest {

    @Test
    void aPortThatIsInUseMustBeSaidPlainly() throws IOException {
        try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Exception inUse = inUse(first.getLocalPort());

            assertThat(Program.plainly(new UncheckedIOException(new IOException("no proxy", inUse))))
                    .hasValue("A port is in use that is needed: " + inUse.getMessage()
                            + ". End the program that has it; `ss -ltnp` shows who that is");
        }
    }

    private static Exception inUse(int port) throws IOException {
        try (ServerSocket second = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            throw new AssertionError(second + " could be opened");
        } catch (BindException inUse) {
            return inUse;
        }
    }

    @Test
    void aServerThatIsNotThereMustBeSaidPlainly() {
        assertThat(Program.plainly(new SQLException("refused", new ConnectException("Connection refused"))))
                .hasValue(
                        "The server does not answer: refused. Start it, or let RS_TEST_URL name another one; without that"
                                + " an embedded one is started");
    }

    @Test
    void anythingElseMustKeepItsStack() {
        assertThat(Program.plainly(new IllegalStateException("a transaction failed")))
                .isEmpty();
    }
}
