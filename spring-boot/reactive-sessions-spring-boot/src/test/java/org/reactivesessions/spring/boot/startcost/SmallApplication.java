package org.reactivesessions.spring.boot.startcost;

import com.sun.management.OperatingSystemMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** A service that knows of Spring only, and says of itself what its start has cost. */
@SpringBootApplication
public class SmallApplication {

    private static final String MARK = "cost ";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int COLLECTIONS = 4;

    /** Its only work. */
    @RestController
    static class Clock {

        private final DatabaseClient client;

        Clock(DatabaseClient client) {
            this.client = client;
        }

        @Transactional(readOnly = true)
        @GetMapping("/")
        public Mono<Long> now() {
            return client.sql("SELECT extract(epoch FROM now())::bigint")
                    .map(row -> row.get(0, Long.class))
                    .one();
        }
    }

    /**
     * Runs it once.
     *
     * @param arguments properties, as {@code --name=value}
     */
    public static void main(String... arguments) {
        try (ConfigurableApplicationContext context = SpringApplication.run(SmallApplication.class, arguments)) {
            long started = System.currentTimeMillis()
                    - ManagementFactory.getRuntimeMXBean().getStartTime();
            long thread = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            long processor = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
            int classes = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
            long heap = heap();
            long asked = System.nanoTime();
            context.getBean(Clock.class).now().block(PATIENCE);
            Cost cost = new Cost(
                    started,
                    thread / 1_000_000,
                    processor / 1_000_000,
                    heap / 1_024,
                    classes,
                    (System.nanoTime() - asked) / 1_000_000);
            new PrintStream(System.out, true, StandardCharsets.UTF_8).println(MARK + cost.line());
        }
    }

    private static long heap() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Finds what it has said in everything it has said. */
    static Cost cost(String output) {
        return output.lines()
                .filter(line -> line.startsWith(MARK))
                .map(line -> Cost.of(line.substring(MARK.length())))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The application did not start:\n" + output));
    }
}
