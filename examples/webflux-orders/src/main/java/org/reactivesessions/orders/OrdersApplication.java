package org.reactivesessions.orders;

import org.reactivesessions.orders.database.DatabaseInitializer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** The service. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties(OrdersProperties.class)
public class OrdersApplication {

    /**
     * Starts it.
     *
     * @param arguments properties, such as {@code --server.port=8081}
     */
    public static void main(String[] arguments) {
        application().run(arguments);
    }

    /**
     * Prepares it with its database, to be run.
     *
     * @return an application that has not been started
     */
    public static SpringApplication application() {
        SpringApplication application = new SpringApplication(OrdersApplication.class);
        application.addInitializers(new DatabaseInitializer());
        return application;
    }
}
