package dev.fairway.benchmarks.spring;

import java.lang.management.ManagementFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * The smallest application. It does not know Fairway: whether that is there is a matter of the class path, and what it makes one of the
 * properties. When it has started it prints how long its JVM has been running.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class StartedApplication {
    static final String PREFIX = "started after ms: ";

    /**
     * Starts and ends it.
     *
     * @param args properties
     */
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(StartedApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        try (ConfigurableApplicationContext context = application.run(args)) {
            long running = ManagementFactory.getRuntimeMXBean().getUptime();
            System.out.println(PREFIX + running + " with " + context.getBeanDefinitionCount() + " beans");
        }
    }
}
