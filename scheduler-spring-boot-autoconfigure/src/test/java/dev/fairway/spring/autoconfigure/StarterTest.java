package dev.fairway.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.fairway.spring.FairTask;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Whole applications, with everything that is on the class path. */
class StarterTest {
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    @BeforeEach
    void listen() {
        logged.start();
    }

    @AfterEach
    void listenNoMore() {
        root.detachAppender(logged);
    }

    @Test
    void aWebApplicationHasItsTasksInMetricsAndHealth() throws Exception {
        try (ConfigurableApplicationContext context = SpringApplication.run(
                Web.class,
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--management.endpoints.web.exposure.include=*",
                "--management.endpoint.health.show-details=always",
                "--fairway.schedulers.render.workers=2")) {
            assertThat(get(context, "/render").body()).isEqualTo("rendered");
            assertThat(get(context, "/actuator/metrics/fairway.scheduler.wait").body())
                    .contains("\"statistic\":\"COUNT\",\"value\":1.0")
                    .contains("acme");
            assertThat(get(context, "/actuator/health").body()).contains("\"fairway\":{\"status\":\"UP\"}");
            assertThat(get(context, "/actuator/fairway").body()).contains("\"completed\":1");
            assertThat(get(context, "/actuator/configprops/fairway").body()).contains("\"workers\"");
        }
    }

    @Test
    void aRequestThatWaitsForATaskIsAnsweredBeforeTheSchedulersEnd() throws Exception {
        ConfigurableApplicationContext context = SpringApplication.run(
                Web.class, "--server.port=0", "--spring.main.banner-mode=off", "--fairway.schedulers.render.workers=2");
        Slow slow = context.getBean(Slow.class);
        AtomicReference<HttpResponse<String>> response = new AtomicReference<>();
        Thread client = new Thread(() -> {
            try {
                response.set(get(context, "/slow"));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        client.start();
        slow.started.await();
        Thread closer = new Thread(context::close);
        closer.start();
        slow.closing.await();
        slow.go.countDown();
        client.join();
        closer.join();
        assertThat(response.get().body()).isEqualTo("slow and second");
    }

    @Test
    void anApplicationWithoutAWebServerNeedsNothingElse() {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Plain.class)
                .web(WebApplicationType.NONE)
                .run("--spring.main.banner-mode=off")) {
            assertThat(context.getBean(Renderer.class).render("acme")).isEqualTo("rendered");
        }
    }

    @Test
    void noBeanIsCreatedTooEarlyToBeProcessed() {
        SpringApplication application = new SpringApplication(Web.class);
        application.addInitializers(context -> {
            root.addAppender(logged);
            ((Logger) LoggerFactory.getLogger("org.springframework.context.support")).setLevel(Level.INFO);
        });
        try (ConfigurableApplicationContext context = application.run(
                "--server.port=0", "--spring.main.banner-mode=off", "--fairway.schedulers.render.workers=2")) {
            assertThat(context.isRunning()).isTrue();
            assertThat(logged.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .noneMatch(message -> message.contains("is not eligible for getting processed"));
        }
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext context, String path) throws Exception {
        URI uri = URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path);
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Plain {
        @Bean
        Renderer renderer() {
            return new Renderer();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Web extends Plain {
        @Bean
        Slow slow() {
            return new Slow();
        }

        @Bean
        Pages pages(Renderer renderer, Slow slow) {
            return new Pages(renderer, slow);
        }
    }

    static class Renderer {
        @FairTask(channel = "#tenant")
        public String render(String tenant) {
            return "rendered";
        }
    }

    static class Slow implements ApplicationListener<ContextClosedEvent> {
        final CountDownLatch closing = new CountDownLatch(1);
        final CountDownLatch started = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);

        @Override
        public void onApplicationEvent(ContextClosedEvent event) {
            closing.countDown();
        }

        String run(Renderer renderer) throws InterruptedException {
            started.countDown();
            go.await();
            return renderer.render("acme").equals("rendered") ? "slow and second" : "lost";
        }
    }

    @RestController
    static class Pages {
        private final Renderer renderer;
        private final Slow slow;

        Pages(Renderer renderer, Slow slow) {
            this.renderer = renderer;
            this.slow = slow;
        }

        @GetMapping("/render")
        String render() {
            return renderer.render("acme");
        }

        @GetMapping("/slow")
        String slow() throws InterruptedException {
            return slow.run(renderer);
        }
    }
}
