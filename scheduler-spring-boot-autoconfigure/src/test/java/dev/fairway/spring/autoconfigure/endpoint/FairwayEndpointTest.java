package dev.fairway.spring.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.TaskHandle;
import dev.fairway.scheduler.ChannelControl;
import dev.fairway.scheduler.FairExecutor;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class FairwayEndpointTest extends EndpointOverHttp {
    @Test
    void showsWhatThereIs() throws Exception {
        start(false);
        render().submit("acme", () -> 1).join();

        Map<String, Object> render = map(map(get("").body(), "schedulers"), "render");
        assertThat(render)
                .containsEntry("name", "render")
                .containsEntry("workers", 1)
                .containsEntry("state", "open");
        assertThat(map(render, "tasks")).containsEntry("completed", 1).containsEntry("failed", 0);

        assertThat(json(get("/schedulers/render").body())).containsEntry("channelCount", 2);
        Map<String, Object> acme = json(get("/schedulers/render/acme").body());
        assertThat(acme)
                .containsEntry("name", "acme")
                .containsEntry("state", "open")
                .containsEntry("weight", 1)
                .containsEntry("waiting", 0);
        assertThat(map(acme, "tasks")).containsEntry("accepted", 1);
        assertThat(json(get("/schedulers/render/configured").body()))
                .containsEntry("weight", 3)
                .containsEntry("maxParallel", 2);
    }

    @Test
    void showsTheBusiestChannelsFirstAndAsManyAsWanted() throws Exception {
        start(false);
        CountDownLatch finish = new CountDownLatch(1);
        try {
            for (int channel = 1; channel <= 3; channel++) {
                for (int task = 0; task < channel * 4; task++) {
                    render().submit("tenant" + channel, () -> {
                        finish.await();
                        return null;
                    });
                }
            }
            Map<String, Object> render = json(get("/schedulers/render?limit=2").body());
            assertThat(render).containsEntry("channelCount", 4);
            assertThat((List<?>) render.get("channels"))
                    .hasSize(2)
                    .first()
                    .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                    .containsEntry("name", "tenant3");
            assertProblem(get("/schedulers/render?limit=none"), 400, "'limit' must be a whole number", "limit", "none");
        } finally {
            finish.countDown();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/schedulers/print, no scheduler 'print' (schedulers: [render])",
        "/schedulers/render/nobody, no channel 'nobody' in scheduler 'render' (channels: [configured])",
        "/printers/render, no 'printers' here (there are: [coordinators, dispatchers, schedulers])",
    })
    void anUnknownNameIsNotFound(String path, String detail) throws Exception {
        start(false);
        assertProblem(get(path), 404, detail, null, null);
    }

    @Test
    void isReadOnlyByDefault() throws Exception {
        start(false);
        assertThat(post("/schedulers/render", "{\"workers\":16}").statusCode()).isIn(404, 405);
        assertThat(post("/schedulers/render/configured", "{\"paused\":true}").statusCode())
                .isIn(404, 405);
        assertThat(delete("/schedulers/render/configured").statusCode()).isIn(404, 405);
        assertThat(render().workers()).isEqualTo(1);
        assertThat(audit()).isEmpty();
    }

    @Test
    void changesWorkersAndAnswersWithTheNewState() throws Exception {
        start(true);
        HttpResponse<String> response = post("/schedulers/render", "{\"workers\":16}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response.body())).containsEntry("workers", 16);
        assertThat(render().workers()).isEqualTo(16);
        assertThat(audit()).singleElement().satisfies(event -> {
            assertThat(event.getPrincipal()).isEqualTo("anonymous");
            assertThat(event.getType()).isEqualTo("FAIRWAY_CHANGED");
            assertThat(event.getData()).containsEntry("scheduler", "render").containsEntry("workers", 16);
        });
    }

    @Test
    void changesAChannelAndSaysWhoDidIt() throws Exception {
        start(true);
        HttpResponse<String> response = http.send(
                request("/schedulers/render/configured")
                        .header("user", "olive")
                        .POST(BodyPublishers.ofString("{\"weight\":5,\"maxParallel\":4,\"paused\":true}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response.body()))
                .containsEntry("weight", 5)
                .containsEntry("maxParallel", 4)
                .containsEntry("state", "paused");
        ChannelControl channel = render().findChannel("configured").orElseThrow();
        assertThat(channel.isPaused()).isTrue();
        assertThat(audit()).singleElement().satisfies(event -> {
            assertThat(event.getPrincipal()).isEqualTo("olive");
            assertThat(event.getData())
                    .containsEntry("scheduler", "render")
                    .containsEntry("channel", "configured")
                    .containsEntry("weight", 5)
                    .containsEntry("maxParallel", 4)
                    .containsEntry("paused", true);
        });
        assertThat(json(post("/schedulers/render/configured", "{\"paused\":false}")
                        .body()))
                .containsEntry("state", "open");
        assertThat(channel.isPaused()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/schedulers/render            | {'workers':0}                     | workers     | 0",
                "/schedulers/render            | {'workers':-2}                    | workers     | -2",
                "/schedulers/render            | {'workers':1.5}                   | workers     | 1.5",
                "/schedulers/render            | {'workers':99999999999}           | workers     | 99999999999",
                "/schedulers/render            | {'workers':'many'}                | workers     | many",
                "/schedulers/render/configured | {'weight':9,'maxParallel':'all'}  | maxParallel | all",
                "/schedulers/render/configured | {'weight':9,'paused':'perhaps'}   | paused      | perhaps",
                "/schedulers/render/configured | {'weight':true}                   | weight      | true",
            })
    void aBadValueIsAProblemAndChangesNothing(String path, String body, String field, String value) throws Exception {
        start(true);
        assertProblem(post(path, body.replace('\'', '"')), 400, "'" + field + "' must be", field, value);
        assertThat(render().workers()).isEqualTo(1);
        assertThat(render().findChannel("configured").orElseThrow().weight()).isEqualTo(3);
        assertThat(audit()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/schedulers/render, '{}'",
        "/schedulers/render, '{\"worker\":3}'",
        "/schedulers/render/configured, '{\"wait\":3}'"
    })
    void aBodyThatChangesNothingIsAProblem(String path, String body) throws Exception {
        start(true);
        assertProblem(post(path, body), 400, "nothing to change: the body needs", null, null);
    }

    @Test
    void changingOrCancellingWhatThereIsNotIsNotFound() throws Exception {
        start(true);
        assertProblem(post("/schedulers/print", "{\"workers\":3}"), 404, "no scheduler 'print'", null, null);
        assertProblem(delete("/schedulers/render/nobody"), 404, "no channel 'nobody'", null, null);
        assertThat(audit()).isEmpty();
    }

    @Test
    void cancelsWhatIsInAChannelAndAnswersWithTheReport() throws Exception {
        start(true);
        render().findChannel("configured").orElseThrow().pause();
        TaskHandle<Integer> one = render().submit("configured", () -> 1);
        TaskHandle<Integer> two = render().submit("configured", () -> 2);
        HttpResponse<String> response = delete("/schedulers/render/configured");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response.body()))
                .containsEntry("channel", "configured")
                .containsEntry("dropped", 2)
                .containsEntry("suppressed", 0)
                .containsEntry("committing", 0);
        assertThat(List.of(one.state(), two.state())).containsOnly(dev.fairway.TaskState.CANCELLED);
        assertThat(audit()).singleElement().satisfies(event -> {
            assertThat(event.getType()).isEqualTo("FAIRWAY_CANCELLED");
            assertThat(event.getData()).containsEntry("channel", "configured").containsEntry("dropped", 2);
        });
        assertThat(json(delete("/schedulers/render/configured").body()))
                .as("never empty, also when there is nothing to cancel")
                .containsEntry("dropped", 0);
    }

    @Test
    void doesNotWakeUpTheLazyDefault() throws Exception {
        context = run();
        assertThat(map(get("").body(), "schedulers")).isEmpty();
        assertThat(context.getBeanFactory().containsSingleton("fairExecutor")).isFalse();
    }

    @Test
    void isNotThereWhenItIsNotExposedAndWhenThereIsNoActuator() {
        ApplicationContextRunner runner = new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(FairwayAutoConfiguration.class, FairwayEndpointAutoConfiguration.class));
        runner.run(notExposed -> assertThat(notExposed).hasNotFailed().doesNotHaveBean(FairwayEndpoint.class));
        runner.withPropertyValues("management.endpoints.web.exposure.include=fairway")
                .run(exposed -> assertThat(exposed).hasNotFailed().hasSingleBean(FairwayEndpoint.class));
        runner.withPropertyValues("management.endpoints.web.exposure.include=fairway")
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
                .run(bare -> assertThat(bare).hasNotFailed().doesNotHaveBean(FairwayEndpoint.class));
    }

    private void start(boolean writable) {
        context = run(
                "--fairway.schedulers.render.workers=1",
                "--fairway.schedulers.render.channels.configured.weight=3",
                "--fairway.schedulers.render.channels.configured.max-parallel=2",
                writable ? "--management.endpoint.fairway.access=unrestricted" : "--some=thing");
    }

    private FairExecutor render() {
        return context.getBean("render", FairExecutor.class);
    }
}
