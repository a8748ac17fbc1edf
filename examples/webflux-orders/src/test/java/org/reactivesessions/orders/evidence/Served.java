package org.reactivesessions.orders.evidence;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The service as a process of somebody who measures it: it says on its output where it listens, answers every line of its input, and ends
 * with its input. Asked for {@code statistics}, it answers what its sessions counted since it was asked before, else the figures of its
 * pool.
 */
public final class Served {

    private Served() {}

    /**
     * Runs it.
     *
     * @param settings as on the command line of the service
     */
    public static void main(String[] settings) throws Exception {
        try (Service service = Service.start(settings);
                BufferedReader asked =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            answer(String.valueOf(service.port()));
            for (String line = asked.readLine(); line != null; line = asked.readLine()) {
                answer(
                        line.equals(ServiceProcess.STATISTICS)
                                ? service.sessions()
                                        .statistics()
                                        .sinceLastCall()
                                        .toString()
                                : service.poolFigures());
            }
        }
    }

    private static void answer(String text) {
        System.out.println(ServiceProcess.ANSWER + text);
    }
}
