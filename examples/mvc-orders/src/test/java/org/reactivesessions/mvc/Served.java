package org.reactivesessions.mvc;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The service as a process of somebody who measures it: it says on its output where it listens, answers every line of its input with the
 * figures of its pool, and ends with its input. It refuses to run on platform threads.
 */
public final class Served {

    /** What begins a line for whoever measures. */
    private static final String ANSWER = "> ";

    private Served() {}

    /**
     * Runs it.
     *
     * @param settings as on the command line of the service
     */
    public static void main(String[] settings) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--server.port=0"));
        arguments.addAll(List.of(settings));
        try (ConfigurableApplicationContext service =
                        SpringApplication.run(MvcOrdersApplication.class, arguments.toArray(String[]::new));
                BufferedReader asked =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            if (!Threading.VIRTUAL.isActive(service.getEnvironment())) {
                throw new IllegalStateException("virtual threads need JDK 21 or later, but this is "
                        + Runtime.version().feature());
            }
            answer(Objects.requireNonNull(service.getEnvironment().getProperty("local.server.port")));
            HikariPoolMXBean pool = service.getBean(HikariDataSource.class).getHikariPoolMXBean();
            while (asked.readLine() != null) {
                answer("active=" + pool.getActiveConnections() + " idle=" + pool.getIdleConnections() + " waiting="
                        + pool.getThreadsAwaitingConnection());
            }
        }
    }

    private static void answer(String text) {
        System.out.println(ANSWER + text);
    }
}
