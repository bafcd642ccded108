package dev.fairway.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.coordinator.Coordinator;
import dev.fairway.dispatcher.SequencingDispatcher;
import dev.fairway.scheduler.ChannelControl;
import dev.fairway.scheduler.FairExecutor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

class FairwayConfigurationTest {
    private static final String METADATA = "META-INF/spring-configuration-metadata.json";

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(FairwayAutoConfiguration.class));

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "fairway.schedulers.render.workers                            | 0       | at least 1",
                "fairway.schedulers.render.workers                            | -3      | at least 1",
                "fairway.schedulers.render.workers                            | many    | a whole number",
                "fairway.schedulers.render.capacity                           | 0       | at least 1",
                "fairway.schedulers.render.turn                               | -1ms    | not be negative",
                "fairway.schedulers.render.drain-timeout                      | -1s     | not be negative",
                "fairway.schedulers.render.drain-timeout                      | soon    | a duration such as",
                "fairway.schedulers.render.fairness                           | luck    | one of turns, run-time",
                "fairway.schedulers.render.channel-defaults.capacity          | 0       | at least 1",
                "fairway.schedulers.render.channel-defaults.weight            | -1      | at least 1",
                "fairway.schedulers.render.channel-defaults.idle-timeout      | 0s      | longer than zero",
                "fairway.schedulers.render.channel-defaults.overload          | explode | caller-runs",
                "fairway.schedulers.render.channels.acme.max-parallel         | 0       | at least 1",
                "fairway.schedulers.render.channels.acme.overload-timeout     | 0ms     | longer than zero",
                "fairway.schedulers.render.channels.acme.overload             | wait-up-to | overload-timeout",
                "fairway.schedulers.render.channels[Acme.Corp].weight         | 0       | at least 1",
                "fairway.schedulers.render                                    | 8       | settings under it",
                "fairway.coordinators.cats.queue-threshold                    | -1      | not be negative",
                "fairway.coordinators.cats.queue-threshold                    | few     | a whole number",
                "fairway.coordinators.cats.capacity                           | 0       | at least 1",
                "fairway.coordinators.cats.ewma-alpha                         | 0       | above 0 and at most 1",
                "fairway.coordinators.cats.ewma-alpha                         | 1.1     | above 0 and at most 1",
                "fairway.coordinators.cats.ewma-alpha                         | NaN     | above 0 and at most 1",
                "fairway.coordinators.cats.ewma-alpha                         | half    | a number such as 0.5",
                "fairway.coordinators.cats.workers-per-bean                   | 0       | at least 1",
                "fairway.coordinators.cats.load-balance                       | luck    | one of expected-delay, least-loaded",
                "fairway.coordinators.cats.task-timeout                       | 0s      | longer than zero",
                "fairway.coordinators.cats.failures-to-quarantine             | 0       | at least 1",
                "fairway.coordinators.cats.quarantine-back-off                | 1s      | settings under it: [first, longest]",
                "fairway.coordinators.cats.quarantine-back-off.first          | 0ms     | longer than zero",
                "fairway.coordinators.cats.quarantine-back-off.longest        | -1s     | longer than zero",
                "fairway.coordinators.cats.drain-timeout                      | -1s     | not be negative",
                "fairway.coordinators[Cats.eu].capacity                       | 0       | at least 1",
                "fairway.coordinators.cats                                    | 8       | settings under it",
                "fairway.virtual-threads                                      | maybe   | true or false",
                "fairway.metrics.max-channels                                 | 0       | at least 1",
                "fairway.dispatchers.ledger.mode                              | chaos   | one of sequencing, merging",
                "fairway.dispatchers.ledger.inbox-capacity                    | 0       | at least 1",
                "fairway.dispatchers.ledger.start-after                       | -1      | not be negative",
                "fairway.dispatchers.ledger.start-after                       | now     | a whole number",
                "fairway.dispatchers.ledger.receivers                         | index,index | no two the same",
                "fairway.dispatchers.ledger.reorder-capacity                  | 0       | at least 1",
                "fairway.dispatchers.ledger.reorder-capacity                  | 8       | 'mode: merging'",
                "fairway.dispatchers.ledger.merge-order                       | frontier | 'mode: merging'",
                "fairway.dispatchers.ledger.merge-order                       | luck    | one of frontier, consecutive",
                "fairway.dispatchers.ledger.drain-timeout                     | -1s     | not be negative",
                "fairway.dispatchers.ledger                                   | 8       | settings under it",
                "fairway.metrics.max-receivers                                | 0       | at least 1",
                "fairway.metrics.max-workers                                  | 0       | at least 1",
                "fairway.health.stuck-after                                   | 0s      | longer than zero",
            })
    void aBadValueFailsTheStartNamingPropertyValueAndWhatIsAllowed(String property, String value, String allowed) {
        runner.withPropertyValues(property + "=" + value).run(context -> {
            FailureAnalysis analysis = analysis(context.getStartupFailure());
            assertThat(analysis.getDescription())
                    .contains("'" + value + "'", "'" + property + "'", allowed)
                    .as("where it stands")
                    .contains("from ");
            assertThat(analysis.getAction()).contains(property, allowed);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "fairway.schedulers.render.wrokers, workers",
        "fairway.schedulers.render.channel-defaults.wait, weight",
        "fairway.schedulers.render.channels.acme.workers, max-parallel",
        "fairway.schedulers.render.channels.acme.corp.weight, overload-timeout",
        "fairway.coordinators.cats.queue-treshold, queue-threshold",
        "fairway.coordinators.cats.quarantine-back-off.frist, quarantine-back-off.first",
        "fairway.coordinators.cats.eu.capacity, failures-to-quarantine",
        "fairway.dispatchers.ledger.inbox, inbox-capacity",
    })
    void anUnknownKeyFailsTheStartNamingTheKnownOnes(String property, String known) {
        runner.withPropertyValues(property + "=8").run(context -> {
            FailureAnalysis analysis = analysis(context.getStartupFailure());
            assertThat(analysis.getDescription()).contains("'" + property + "'", "'8'", known);
        });
    }

    @Test
    void theFirstBackOffMustNotBeLongerThanTheLongest() {
        runner.withPropertyValues(
                        "fairway.coordinators.cats.quarantine-back-off.first=2s",
                        "fairway.coordinators.cats.quarantine-back-off.longest=1s")
                .run(context -> assertThat(analysis(context.getStartupFailure()).getDescription())
                        .contains(
                                "'1s' of property 'fairway.coordinators.cats.quarantine-back-off.longest'",
                                "not be shorter than 'fairway.coordinators.cats.quarantine-back-off.first', PT2S"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"first=1h", "longest=1ms"})
    void aBackOffAloneIsNeverInTheWayOfTheOthersDefault(String setting) {
        runner.withPropertyValues("fairway.coordinators.cats.quarantine-back-off." + setting)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void keysOfOtherModulesBesideOursAreNoneOfOurBusiness() {
        runner.withPropertyValues("fairway.console.path=/desk")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void anEnvironmentVariableThatIsNotUnderstoodIsLeftAlone() {
        runner.withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                "test-systemEnvironment",
                                Map.of("FAIRWAY_SCHEDULERS_RENDER_WORKERS", "3", "FAIRWAY_SCHEDULERS_RENDER_X", "1"))))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean("render", FairExecutor.class).workers())
                            .isEqualTo(3);
                });
    }

    @Test
    void theExampleOfTheGuideIsUnderstood() throws IOException {
        String yaml = """
                fairway:
                  virtual-threads: false
                  schedulers:
                    render:
                      workers: 8
                      drain-timeout: 20s
                      channel-defaults: { capacity: 1024, max-parallel: 2, weight: 1, overload: reject, idle-timeout: 10m }
                      channels:
                        acme: { weight: 3 }
                        "[globex.eu]": { max-parallel: 1 }
                        plain:
                  coordinators:
                    cats: { queue-threshold: 3, capacity: 10000, ewma-alpha: 0.5, workers-per-bean: 1 }
                    dogs:
                      load-balance: least-loaded
                      quarantine-back-off: { first: 100ms, longest: 30s }
                  dispatchers:
                    ledger: { mode: sequencing, inbox-capacity: 1024, start-after: 0, receivers: [index, billing] }
                """;
        List<PropertySource<?>> sources = new YamlPropertySourceLoader()
                .load("yaml", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
        runner.withInitializer(
                        context -> sources.forEach(context.getEnvironment().getPropertySources()::addLast))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    FairExecutor render = context.getBean("render", FairExecutor.class);
                    assertThat(render.channels())
                            .extracting(ChannelControl::name)
                            .containsExactlyInAnyOrder("acme", "globex.eu", "plain");
                    assertThat(context.getBeanNamesForType(Coordinator.class)).containsExactly("cats", "dogs");
                    assertThat(context.getBean("ledger", SequencingDispatcher.class)
                                    .stats()
                                    .receivers())
                            .containsOnlyKeys("index", "billing");
                    ChannelControl acme = render.findChannel("acme").orElseThrow();
                    assertThat(acme.weight()).isEqualTo(3);
                    assertThat(acme.maxParallel()).isEqualTo(2);
                    assertThat(render.findChannel("globex.eu").orElseThrow().maxParallel())
                            .isEqualTo(1);
                });
    }

    @Test
    void everyPropertyHasADescriptionInTheMetadata() throws IOException {
        List<Map<String, Object>> properties = metadata(METADATA, "properties");
        assertThat(properties)
                .extracting(property -> property.get("name"))
                .contains(
                        "fairway.virtual-threads",
                        "fairway.schedulers",
                        "fairway.coordinators",
                        "fairway.dispatchers",
                        "fairway.metrics.max-channels",
                        "fairway.health.stuck-after",
                        "fairway.context.mdc");
        assertThat(properties)
                .allSatisfy(property -> assertThat((String) property.get("description"))
                        .as("%s", property.get("name"))
                        .isNotBlank());
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                FairwayProperties.Scheduler.class,
                FairwayProperties.Channel.class,
                CoordinatorProperties.class,
                DispatcherProperties.class
            })
    void soHaveTheSettingsOfWhatStandsInTheMaps(Class<?> type) throws IOException {
        List<Map<String, Object>> properties =
                metadata("META-INF/spring/configuration-metadata/" + type.getName() + ".json", "properties");
        assertThat(properties)
                .hasSizeGreaterThan(5)
                .allSatisfy(property -> assertThat((String) property.get("description"))
                        .as("%s", property.get("name"))
                        .isNotBlank());
    }

    @Test
    void theKeysOfTheMapsHaveHints() throws IOException {
        assertThat(metadata(METADATA, "hints"))
                .extracting(hint -> hint.get("name"))
                .contains("fairway.schedulers.keys", "fairway.coordinators.keys", "fairway.dispatchers.keys");
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> metadata(String location, String section) throws IOException {
        try (InputStream in = ownMetadata(location)) {
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return (List<Map<String, Object>>)
                    JsonParserFactory.getJsonParser().parseMap(json).get(section);
        }
    }

    private static InputStream ownMetadata(String location) throws IOException {
        String classFile = FairwayProperties.class.getName().replace('.', '/') + ".class";
        String own =
                FairwayProperties.class.getClassLoader().getResource(classFile).toString();
        return java.net
                .URI
                .create(own.substring(0, own.length() - classFile.length()) + location)
                .toURL()
                .openStream();
    }

    private static FailureAnalysis analysis(Throwable failure) {
        assertThat(failure).isNotNull();
        FailureAnalysis analysis = new FairwayConfigurationFailureAnalyzer().analyze(failure);
        assertThat(analysis).as("analysis of " + failure).isNotNull();
        return analysis;
    }
}
