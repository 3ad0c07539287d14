package dev.octet.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.ServiceProcess;
import dev.octet.webhooks.Receiver.Received;
import dev.octet.worker.JobClient;
import dev.octet.worker.Scripts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Deliveries under way while the service is killed. */
class WebhooksRestartIT {
    @Test
    void aDeliveryIsMadeByTheServiceThatIsStartedAfterTheOneThatWasKilled(@TempDir Path folder) throws Exception {
        Scripts scripts = Scripts.create();
        try (Receiver receiver = new Receiver(500);
                ServiceProcess service = ServiceProcess.start(
                        folder.resolve("data"),
                        "--octet.outbound.allowed-networks=127.0.0.1/32",
                        "--octet.webhooks.first-delay=4s",
                        scripts.property())) {
            String job = new JobClient(service.http())
                    .submit(
                            scripts.add("output good", "finish GOAL_MET"),
                            ",\"webhook\":{\"url\":\"" + receiver.url() + "\"}");
            await(
                    "the first attempt to be noted",
                    service,
                    job,
                    delivery -> delivery.path("attempts").size() == 1);
            service.kill();
            service.restart();
            await(
                    "the delivery",
                    service,
                    job,
                    delivery -> delivery.path("state").asString().equals("DELIVERED"));
            assertThat(receiver.received()).hasSize(2);
            assertThat(receiver.received())
                    .extracting(Received::id)
                    .containsOnly(receiver.received().getFirst().id());
            assertThat(receiver.received())
                    .extracting(Received::body)
                    .containsOnly(receiver.received().getFirst().body());
        }
    }

    private static void await(String what, ServiceProcess service, String job, Predicate<JsonNode> holds) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(60))
                .until(() -> holds.test(service.http()
                        .get("/v1/jobs/" + job + "/deliveries")
                        .expect(200)
                        .json()
                        .path("items")
                        .path(0)));
    }
}
