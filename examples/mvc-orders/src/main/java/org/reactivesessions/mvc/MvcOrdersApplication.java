package org.reactivesessions.mvc;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** The service. It needs the URL of a database: {@code --spring.datasource.url=jdbc:postgresql://...}. */
@SpringBootApplication(proxyBeanMethods = false)
public class MvcOrdersApplication {

    private static final Logger log = LoggerFactory.getLogger(MvcOrdersApplication.class);

    /**
     * Starts it.
     *
     * @param arguments properties, such as {@code --server.port=8081}
     */
    public static void main(String[] arguments) {
        SpringApplication.run(MvcOrdersApplication.class, arguments);
    }

    @Bean
    ApplicationRunner threads(Environment environment) {
        return arguments -> {
            if (Threading.VIRTUAL.isActive(environment)) {
                log.info("Requests run on virtual threads");
            } else {
                log.warn(
                        "Requests run on platform threads; virtual ones need Java 21 or later, and this is {}",
                        Runtime.version().feature());
            }
        };
    }
}
