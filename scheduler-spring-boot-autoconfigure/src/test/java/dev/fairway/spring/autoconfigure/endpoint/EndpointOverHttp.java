package dev.fairway.spring.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.web.filter.OncePerRequestFilter;

/** The endpoint of a real server. */
abstract class EndpointOverHttp {
    final HttpClient http = HttpClient.newHttpClient();
    ConfigurableApplicationContext context;

    @AfterEach
    void stop() {
        if (context != null) {
            context.close();
        }
    }

    static ConfigurableApplicationContext run(String... arguments) {
        SpringApplication application = new SpringApplication(Application.class);
        String[] all = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "--server.port=0",
                                "--spring.main.banner-mode=off",
                                "--management.endpoints.web.exposure.include=fairway"),
                        java.util.stream.Stream.of(arguments))
                .toArray(String[]::new);
        return application.run(all);
    }

    List<AuditEvent> audit() {
        return context.getBean(Application.class).audited;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:"
                        + context.getEnvironment().getProperty("local.server.port") + "/actuator/fairway" + path))
                .header("Content-Type", "application/json");
    }

    HttpResponse<String> get(String path) throws Exception {
        return http.send(request(path).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(request(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> delete(String path) throws Exception {
        return http.send(request(path).DELETE().build(), BodyHandlers.ofString());
    }

    static void assertProblem(HttpResponse<String> response, int status, String detail, String field, String value) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        Map<String, Object> problem = json(response.body());
        assertThat(problem).containsEntry("status", status);
        assertThat((String) problem.get("detail")).contains(detail);
        assertThat(problem.get("field")).isEqualTo(field);
        assertThat(problem.get("value")).isEqualTo(value);
    }

    static Map<String, Object> json(String text) {
        return JsonParserFactory.getJsonParser().parseMap(text);
    }

    static Map<String, Object> map(String text, String key) {
        return map(json(text), key);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Map<String, Object> map, String key) {
        return (Map<String, Object>) map.get(key);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        final List<AuditEvent> audited = new CopyOnWriteArrayList<>();

        @EventListener
        void on(AuditApplicationEvent event) {
            audited.add(event.getAuditEvent());
        }

        /** Stands for whatever authenticates. */
        @Bean
        OncePerRequestFilter users() {
            return new OncePerRequestFilter() {
                @Override
                protected void doFilterInternal(
                        HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                        throws ServletException, IOException {
                    String user = request.getHeader("user");
                    chain.doFilter(
                            user == null
                                    ? request
                                    : new HttpServletRequestWrapper(request) {
                                        @Override
                                        public Principal getUserPrincipal() {
                                            return () -> user;
                                        }
                                    },
                            response);
                }
            };
        }
    }
}
