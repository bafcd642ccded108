package dev.fairway.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** A print desk for many tenants. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class PrintDeskApplication {
    /**
     * Starts the desk.
     *
     * @param args properties, such as {@code --import=DIR}
     */
    public static void main(String[] args) {
        SpringApplication.run(PrintDeskApplication.class, args);
    }
}
