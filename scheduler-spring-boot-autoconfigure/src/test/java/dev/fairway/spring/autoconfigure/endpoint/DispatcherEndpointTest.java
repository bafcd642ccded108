package dev.fairway.spring.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import dev.fairway.dispatcher.SequencingDispatcher;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DispatcherEndpointTest extends EndpointOverHttp {
    @Test
    void showsDispatchersAndTheirReceivers() throws Exception {
        start();
        ledger().receiver("billing").poll();
        ledger().sender("web", "index").send("placed");

        Map<String, Object> ledger = map(map(get("").body(), "dispatchers"), "ledger");
        assertThat(ledger)
                .containsEntry("name", "ledger")
                .containsEntry("mode", "sequencing")
                .containsEntry("state", "open")
                .containsEntry("clock", 1)
                .containsEntry("sent", 1)
                .containsEntry("receiverCount", 2)
                .containsEntry("senderCount", 1);
        assertThat((List<?>) ledger.get("senders"))
                .singleElement()
                .asInstanceOf(MAP)
                .containsEntry("name", "web")
                .containsEntry("sent", 1);
        assertThat((List<?>) json(get("/dispatchers/ledger?limit=1").body()).get("receivers"))
                .hasSize(1);
        assertThat(json(get("/dispatchers/ledger/index").body()))
                .containsEntry("name", "index")
                .containsEntry("state", "open")
                .containsEntry("reason", null)
                .containsEntry("lag", 1)
                .containsEntry("inboxSize", 1)
                .containsEntry("inboxCapacity", 3)
                .containsEntry("accepted", 1)
                .containsEntry("blockedSenders", 0);
    }

    @ParameterizedTest
    @CsvSource({
        "/dispatchers/journal, no dispatcher 'journal' (dispatchers: [ledger])",
        "/dispatchers/ledger/nobody, 'no receiver ''nobody'' in dispatcher ''ledger'' (receivers: [billing, index])'",
    })
    void anUnknownNameIsNotFound(String path, String detail) throws Exception {
        start();
        assertProblem(get(path), 404, detail, null, null);
        assertProblem(post(path, "{\"paused\":true}"), 404, detail, null, null);
    }

    @Test
    void thereIsNothingToChange() throws Exception {
        start();
        assertProblem(post("/dispatchers/ledger", "{\"workers\":3}"), 405, "'ledger' as a whole", null, null);
        assertProblem(post("/dispatchers/ledger/index", "{\"paused\":true}"), 405, "about 'index'", null, null);
        assertProblem(delete("/dispatchers/ledger/index"), 405, "nothing to cancel in 'index'", null, null);
        assertThat(audit()).isEmpty();
    }

    @Test
    void doesNotWakeUpTheLazyDefault() throws Exception {
        context = run();
        assertThat(map(get("").body(), "dispatchers")).isEmpty();
        assertThat(context.getBeanFactory().containsSingleton("clockedDispatcher"))
                .isFalse();
    }

    private void start() {
        context = run(
                "--fairway.dispatchers.ledger.receivers=index,billing",
                "--fairway.dispatchers.ledger.inbox-capacity=3",
                "--management.endpoint.fairway.access=unrestricted");
    }

    @SuppressWarnings("unchecked")
    private SequencingDispatcher<String> ledger() {
        return context.getBean("ledger", SequencingDispatcher.class);
    }
}
