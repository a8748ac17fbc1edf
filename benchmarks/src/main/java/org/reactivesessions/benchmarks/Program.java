package org.reactivesessions.benchmarks;

import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.ConnectException;
import java.util.Locale;
import java.util.Optional;
import org.reactivesessions.testkit.server.TestServers;

/** A program that is run by a command and ends its JVM: 0 if all went well, 2 if it was not understood, 1 otherwise. Stateless. */
final class Program {

    /** What it does with its command line. */
    @FunctionalInterface
    interface Body {
        void run(String[] arguments) throws Exception;
    }

    private Program() {}

    static void run(String[] arguments, Body body) {
        int exitCode = 0;
        try {
            body.run(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            exitCode = 2;
        } catch (Exception failure) {
            plainly(failure).ifPresentOrElse(System.err::println, failure::printStackTrace);
            exitCode = 1;
        }
        System.exit(exitCode);
    }

    /** What went wrong in a sentence, with what to do, if it is nothing that a stack would explain. */
    static Optional<String> plainly(Throwable failure) {
        for (Throwable error = failure; error != null; error = error.getCause()) {
            if (error instanceof BindException) {
                return Optional.of("A port is in use that is needed: " + error.getMessage()
                        + ". End the program that has it; `ss -ltnp` shows who that is");
            }
            if (error instanceof ConnectException) {
                return Optional.of("The server does not answer: " + failure.getMessage() + ". Start it, or let "
                        + TestServers.VARIABLE + " name another one; without that an embedded one is started");
            }
        }
        return Optional.empty();
    }

    /** The line that says how it was called. */
    static String command(String command, String... arguments) {
        return "command   " + command
                + (arguments.length == 0 ? "" : " \"-Dbenchmarks.args=" + String.join(" ", arguments) + "\"");
    }

    /** The line that says how busy the machine was. */
    static String load() {
        return String.format(
                Locale.ROOT,
                "load      %.1f before the first measurement",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
