package dev.octet.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The pages on a service of their own: the first visit, and what they do while the service, or the way to it, is away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnServiceIT {
    private static final Path MODEL = Path.of("src/test/resources/fixtures/resnet20.onnx");

    private ServiceProcess service;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        service = ServiceProcess.start(folder.resolve("data"));
    }

    @AfterAll
    void stop() {
        if (service != null) {
            service.close();
        }
    }

    /** Nothing is known to them but the address, and nothing is read but the pages. */
    @Test
    void aNewUserHasAQuantizedModelWithinThreeMinutes() {
        try (Browser browser = Browser.start(service.http().base())) {
            browser.open("/");
            browser.untilSaid(".first", "Make your first INT8 model");
            assertThat(browser.barriers()).isEmpty();
            browser.picture("first-visit");
            browser.press("Try it with an example");
            Awaitility.await("the model to be there for download")
                    .atMost(Duration.ofMinutes(3))
                    .until(() -> browser.findAll("a#download").size() == 1);
            JsonNode job = service.http()
                    .get("/v1/jobs/" + browser.address().replaceFirst(".*/", ""))
                    .expect(200)
                    .json();
            assertThat(job.path("outcome").asString()).isEqualTo("GOAL_MET");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void anUploadGoesOnWhereItBrokeOffAndAPageLeftOpenGoesOnAfterARestart(@TempDir Path folder) throws IOException {
        Path model = Files.copy(MODEL, folder.resolve("carried over.onnx"));
        try (Wire wire = Wire.to(service.http().base());
                Browser browser = Browser.start(wire.end())) {
            browser.open("/#/library");
            browser.slowUploads(150_000);
            browser.drop(model);
            untilSent(browser, "[12]");
            browser.run("location.reload(); return true");
            browser.untilSaid("#unfinished", "Choose the same file again");
            browser.picture("upload-unfinished");
            browser.drop(model);
            untilSent(browser, "[3-6]");
            wire.cut();
            browser.untilSaid(".upload.broken", "the connection broke");
            String address = (String) browser.run("""
                return new URL(Object.keys(localStorage).filter((key) => key.startsWith("tus::"))
                    .map((key) => JSON.parse(localStorage.getItem(key)).uploadUrl)[0], location.href).pathname\
                """);
            JsonNode arrived = Awaitility.await("the service to see the connection break")
                    .atMost(Duration.ofSeconds(40))
                    .until(
                            () -> service.http().get(address).expect(200).json(),
                            upload -> upload.path("receivedBytes").asLong() > 0);
            assertThat(arrived.path("state").asString()).isEqualTo("RECEIVING");
            assertThat(arrived.path("receivedBytes").asLong()).isLessThan(Files.size(MODEL));
            browser.untilSaid(".away", "The service is not heard");
            assertThat(browser.barriers()).isEmpty();
            browser.picture("service-away");
            service.kill();
            service.restart();
            browser.slowUploads(0);
            wire.mend();

            browser.untilSaid("#models tbody th", "carried over");
            browser.untilSaid(".upload.added", "added");
            assertThat(service.http()
                            .get(address)
                            .expect(200)
                            .json()
                            .path("state")
                            .asString())
                    .as("the upload that was begun before")
                    .isEqualTo("STORED");
            Awaitility.await("the page to hear the service again")
                    .atMost(Duration.ofSeconds(40))
                    .untilAsserted(() -> assertThat(browser.texts(".away")).containsExactly(""));
            assertThat(browser.complaints())
                    .as("nothing but that the service was away, and that the page was left meanwhile")
                    .allMatch(complaint -> complaint.contains("net::ERR_") || complaint.contains("beforeunload"));
        }
    }

    /** Waits until so many tens of percent were sent. */
    private static void untilSent(Browser browser, String tens) {
        Awaitility.await("an upload under way")
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> browser.texts(".upload.sending").stream()
                        .anyMatch(text -> text.matches("(?s).*" + tens + "\\d % sent.*")));
    }
}
