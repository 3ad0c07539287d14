package dev.octet.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.webhooks.Receiver.Received;
import dev.octet.worker.JobClient;
import dev.octet.worker.WorkerTest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WebhooksIT extends WorkerTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final JsonMapper JSON = JsonMapper.shared();

    private static String webhook(String url, String more) {
        return ",\"webhook\":{\"url\":\"" + url + "\"" + more + "}";
    }

    private JsonNode deliveries(String job) {
        return http().get("/v1/jobs/" + job + "/deliveries").expect(200).json().path("items");
    }

    private JsonNode awaitDelivery(String job, String state) {
        Awaitility.await("a delivery of job " + job + " to be " + state)
                .atMost(Duration.ofSeconds(30))
                .until(() -> deliveries(job).path(0).path("state").asString("").equals(state));
        return deliveries(job).path(0);
    }

    @Test
    void eachStateAskedForIsToldSignedAsTheJobWasThen() throws IOException {
        try (Receiver receiver = new Receiver()) {
            String job = jobs().submit(
                            SCRIPTS.add("step PREPARING 1 1", "output good", "finish GOAL_MET"),
                            webhook(
                                    receiver.url() + "hook?x=1",
                                    ",\"secret\":\"" + SECRET
                                            + "\",\"events\":[\"QUEUED\",\"RUNNING\",\"SUCCEEDED\"]"));
            JsonNode ended = jobs().await(job, "SUCCEEDED");
            Awaitility.await("three deliveries").until(() -> receiver.received().size() == 3);
            for (Received one : receiver.received()) {
                assertThat(one.signature())
                        .isEqualTo(Signature.of(SECRET, one.id(), Long.parseLong(one.timestamp()), one.body()));
                assertThat(one.type()).startsWith("application/json");
                assertThat(one.body()).doesNotContain("whsec_", "MfKQ9r8G");
            }
            assertThat(receiver.received()).extracting(Received::id).doesNotHaveDuplicates();
            List<JsonNode> bodies = receiver.received().stream()
                    .map(one -> JSON.readTree(one.body()))
                    .toList();
            assertThat(bodies)
                    .extracting(body -> body.path("state").asString())
                    .containsExactlyInAnyOrder("QUEUED", "RUNNING", "SUCCEEDED");
            assertThat(bodies).contains(ended);

            String answered = http().get("/v1/jobs/" + job).expect(200).text();
            assertThat(answered).doesNotContain("whsec_", "MfKQ9r8G", "secret");
            Awaitility.await("all to be noted")
                    .untilAsserted(() -> assertThat(deliveries(job).valueStream())
                            .extracting(delivery -> delivery.path("state").asString())
                            .containsExactly("DELIVERED", "DELIVERED", "DELIVERED"));
            assertThat(deliveries(job).valueStream())
                    .extracting(delivery -> delivery.path("event").asString())
                    .containsExactly("SUCCEEDED", "RUNNING", "QUEUED");
        }
    }

    @Test
    void theEndIsToldWhereNothingElseWasAskedForAndTriedAgainUnderTheSameId() throws IOException {
        try (Receiver receiver = new Receiver(500, 302)) {
            String job = jobs().submit(SCRIPTS.add("output good", "finish GOAL_MET"), webhook(receiver.url(), ""));
            JsonNode delivery = awaitDelivery(job, "DELIVERED");
            assertThat(delivery.path("event").asString()).isEqualTo("SUCCEEDED");
            assertThat(delivery.path("attempts").valueStream())
                    .extracting(attempt -> attempt.path("status").asInt())
                    .containsExactly(500, 302, 200);
            assertThat(deliveries(job)).hasSize(1);
            assertThat(receiver.received())
                    .extracting(Received::id)
                    .containsOnly(delivery.path("id").asString());
            assertThat(receiver.received()).extracting(Received::path).containsOnly("/");
            assertThat(receiver.received()).extracting(Received::signature).containsOnly("");
        }
    }

    @Test
    void attemptsAreBounded() throws IOException {
        try (Receiver receiver = new Receiver(500, 500, 500)) {
            String job = jobs().submit(SCRIPTS.add("output good", "finish GOAL_MET"), webhook(receiver.url(), ""));
            assertThat(awaitDelivery(job, "GIVEN_UP").path("attempts")).hasSize(3);
        }
    }

    @Test
    void aReceiverThatIsGoneIsNotAskedAgain() throws IOException {
        try (Receiver receiver = new Receiver(410)) {
            String job = jobs().submit(SCRIPTS.add("output good", "finish GOAL_MET"), webhook(receiver.url(), ""));
            assertThat(awaitDelivery(job, "GIVEN_UP").path("attempts")).hasSize(1);
        }
    }

    @Test
    void aCancelledJobIsToldAndAnAddressWhereNobodyIsIsSaid() throws IOException {
        String url;
        try (Receiver receiver = new Receiver()) {
            url = receiver.url();
        }
        String job = jobs().submit(SCRIPTS.add("touch hooked", "hang"), webhook(url, ""));
        awaitFile("hooked");
        http().postJson("/v1/jobs/" + job + "/cancel", "").expect(200);
        JsonNode delivery = awaitDelivery(job, "GIVEN_UP");
        assertThat(delivery.path("event").asString()).isEqualTo("CANCELLED");
        assertThat(delivery.at("/attempts/0/problem").asString()).startsWith("no connection");
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://example.org, INVALID_WEBHOOK",
        "/hook, INVALID_WEBHOOK",
        "https:example.org, INVALID_WEBHOOK",
        "https://user:password@example.org/, INVALID_WEBHOOK",
        "https://127.0.0.2/, FORBIDDEN_WEBHOOK",
        "https://[::1]/, FORBIDDEN_WEBHOOK",
        "https://[::ffff:10.0.0.1]/, FORBIDDEN_WEBHOOK",
        "http://169.254.169.254/latest/meta-data, FORBIDDEN_WEBHOOK"
    })
    void anAddressThatIsNotCalledIsRefusedAtOnce(String url, String code) {
        JsonNode problem = http().postJson("/v1/jobs", JobClient.request(jobs().model(), 1, webhook(url, "")))
                .expectProblem(422, code);
        assertThat(problem.at("/errors/0/path").asString()).isEqualTo("webhook.url");
    }

    @ParameterizedTest
    @CsvSource({"hunter2", "whsec_dG9vIHNob3J0", "whsec_%%%", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
    void aSecretThatIsNoKeyIsRefusedAndNotRepeated(String secret) {
        String text = http().postJson(
                        "/v1/jobs",
                        JobClient.request(
                                jobs().model(), 1, webhook("https://example.org/", ",\"secret\":\"" + secret + "\"")))
                .expect(422)
                .text();
        assertThat(text).contains("webhook.secret").doesNotContain(secret);
    }

    @Test
    void thereAreNoDeliveriesOfAJobThatIsNotThere() {
        http().get("/v1/jobs/" + new UUID(7, 7) + "/deliveries").expectProblem(404, "JOB_NOT_FOUND");
    }
}
