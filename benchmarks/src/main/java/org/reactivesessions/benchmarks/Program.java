package org.reactivesessions.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Locale;

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
            failure.printStackTrace();
            exitCode = 1;
        }
        System.exit(exitCode);
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
