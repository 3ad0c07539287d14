package dev.octet.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.Http;
import dev.octet.platform.ServiceTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;
import tools.jackson.databind.JsonNode;

/** The web pages in a true browser, on the whole service with the true engine. */
class DashboardIT extends ServiceTest {
    private static final Path MODEL = Path.of("src/test/resources/fixtures/resnet20.onnx");
    private static final Path SAMPLES = Path.of("src/test/resources/fixtures/data/cifar10-64.npz");
    private static final String HOSTILE = "<img src=x onerror=\"document.title='taken over'\">";
    private static final Map<String, String> OUTCOMES =
            Map.of("GOAL_MET", "Goal met", "GOAL_NOT_MET", "Goal not met", "NO_SPEEDUP", "No speed-up");

    private Browser browser;

    @BeforeEach
    void start() {
        browser = Browser.start(http().base());
    }

    @AfterEach
    void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void aModelIsUploadedQuantizedAndItsReportReadOnThePages() {
        browser.open("/");
        upload("model", MODEL, HOSTILE);
        upload("dataset", SAMPLES, "samples of a person");
        submit(newest("/v1/models"), newest("/v1/datasets"));

        browser.find("#live progress");
        String job = browser.address().replaceFirst(".*id=", "");
        assertThat(followedFractions())
                .as("shares of the job that the page showed while it ran")
                .anySatisfy(fraction -> assertThat(fraction).isStrictlyBetween(0.0, 1.0));

        JsonNode told = get("/v1/jobs/" + job);
        assertThat(told.path("state").asString()).as("%s", told).isEqualTo("SUCCEEDED");
        assertThat(browser.texts("h1")).containsExactly(HOSTILE);
        assertThat(browser.texts("#outcome"))
                .containsExactly(OUTCOMES.get(told.path("outcome").asString()));
        JsonNode metric = told.path("result").path("metric");
        browser.find("#metric-int8");
        assertThat(browser.texts("#metric-fp32")).containsExactly(percent(metric.path("fp32")));
        assertThat(browser.texts("#metric-int8")).containsExactly(percent(metric.path("int8")));
        layersAreSortedAndExpanded(get("/v1/jobs/" + job + "/layers?limit=1000"));
        assertThat(browser.findAll("figure.chart svg")).hasSize(3);
        assertThat(browser.findAll("a[href$='/content']")).isNotEmpty();

        browser.open("/");
        browser.untilSaid("#jobs tbody th", HOSTILE);
        browser.untilSaid(
                "#jobs tbody", OUTCOMES.get(told.path("outcome").asString()).toLowerCase(Locale.ROOT));
        assertThat(browser.findAll("img")).as("a name that became markup").isEmpty();
        assertThat(browser.title()).isEqualTo("Octet");
        assertThat(browser.complaints()).isEmpty();
    }

    private void upload(String noun, Path file, String name) {
        String form = "#add-" + noun;
        browser.find(form + " input[type=file]").sendKeys(file.toAbsolutePath().toString());
        browser.fill(form + " input[name=name]", name);
        browser.press("Upload " + noun);
        browser.untilSaid(form + " .report", "Added " + noun + " " + name);
        browser.untilSaid("#" + noun + "s tbody th", name);
    }

    private void submit(String model, String dataset) {
        browser.choose("select[name=model]", model);
        browser.choose("select[name=technique]", "STATIC");
        browser.choose("select[name=observer]", "ENTROPY");
        browser.choose("select[name=calibration]", dataset);
        browser.choose("select[name=evaluation]", dataset);
        browser.choose("select[name=metric]", "TOP1");
        browser.fill("input[name=batchSizes]", "1");
        browser.fill("input[name=maxDrop]", "0.05");
        browser.press("Only check");
        browser.untilSaid("#submit", "The request is sound");
        browser.press("Submit job");
    }

    /** What the progress bar showed, until the page told an outcome. */
    private List<Double> followedFractions() {
        List<Double> fractions = new ArrayList<>();
        Awaitility.await("an outcome on the page")
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    Number shown = (Number) browser.run("return document.querySelector('#live progress')?.value ?? -1");
                    fractions.add(shown.doubleValue());
                    return browser.texts("#outcome").stream().noneMatch(List.of("Waiting", "Running")::contains);
                });
        return fractions;
    }

    private void layersAreSortedAndExpanded(JsonNode list) {
        List<JsonNode> layers = list.path("items").valueStream().toList();
        browser.find("#layers tbody tr");
        assertThat(shownLayers())
                .containsExactlyElementsOf(names(
                        layers,
                        Comparator.comparingInt(each -> each.path("position").asInt())));

        browser.press("Worst first");
        List<String> worstFirst = shownLayers();
        List<JsonNode> known =
                layers.stream().filter(each -> each.has("sqnrAloneDb")).toList();
        assertThat(known).isNotEmpty().hasSizeLessThan(layers.size());
        assertThat(worstFirst.subList(0, known.size()))
                .containsExactlyElementsOf(names(
                        known,
                        Comparator.comparingDouble(
                                each -> each.path("sqnrAloneDb").asDouble())));

        JsonNode worst = known.stream()
                .min(Comparator.comparingDouble(each -> each.path("sqnrAloneDb").asDouble()))
                .orElseThrow();
        WebElement toggle = browser.find("#layers tbody button");
        toggle.click();
        assertThat(toggle.getDomAttribute("aria-expanded")).isEqualTo("true");
        assertThat(browser.texts("#layers tbody tr.detail:not([hidden])"))
                .singleElement()
                .satisfies(text -> assertThat(text)
                        .contains(
                                worst.path("reason").asString(),
                                worst.path("activation").path("tensor").asString(),
                                "zero point"));
    }

    private List<String> shownLayers() {
        return browser.texts("#layers tbody th");
    }

    private static List<String> names(List<JsonNode> layers, Comparator<JsonNode> order) {
        return layers.stream()
                .sorted(order)
                .map(each -> each.path("name").asString())
                .toList();
    }

    @Test
    void everyFaultOfARequestIsShownWithItsPathAndMarkedInTheForm() {
        String model = id(http().upload("/v1/models?name=faulty", bytes(MODEL)));
        browser.open("/");
        browser.choose("select[name=model]", model);
        assertThat(browser.run("return document.querySelector('select[name=technique]').value"))
                .isEqualTo("AUTO");
        browser.choose("select[name=technique]", "WEIGHT_ONLY");
        browser.choose("select[name=weightMethod]", "GPTQ");
        browser.choose("select[name=calibration]", "");
        browser.press("Submit job");

        browser.untilSaid("#submit .problem", "calibration");
        assertThat(browser.findAll("[name=calibration][aria-invalid=true]")).hasSize(1);
        assertThat(browser.address()).doesNotContain("job.html");

        String dataset = id(http().upload("/v1/datasets?name=faulty", bytes(SAMPLES)));
        browser.open("/");
        browser.choose("select[name=model]", model);
        browser.choose("select[name=calibration]", dataset);
        browser.fill("input[name=batchSizes]", "1, 0");
        browser.fill("input[name=maxDrop]", "-1");
        browser.run("document.querySelector('#submit').noValidate = true; return true");
        browser.press("Submit job");
        browser.untilSaid("#submit .problem code", "measure.batchSizes");
        browser.untilSaid("#submit .problem code", "objective.maxDrop");
        assertThat(browser.findAll("[name=batchSizes][aria-invalid=true], [name=maxDrop][aria-invalid=true]"))
                .hasSize(2);

        browser.run("document.querySelector('#submit details').open = true; return true");
        browser.fill("textarea[name=preprocessing]", "{scale");
        browser.press("Submit job");
        browser.untilSaid("#submit .problem", "Preprocessing is not JSON");
    }

    /** Whether the service refuses the request or the engine the job, the page names what to mend. */
    @Test
    void aNodeThatTheModelLacksIsNamed() {
        String model = id(http().upload("/v1/models?name=faulty", bytes(MODEL)));
        String dataset = id(http().upload("/v1/datasets?name=faulty", bytes(SAMPLES)));
        browser.open("/");
        browser.choose("select[name=model]", model);
        browser.choose("select[name=calibration]", dataset);
        browser.run("document.querySelector('#submit details').open = true; return true");
        browser.fill("textarea[name=exclude]", "/no/such/node");
        browser.press("Submit job");

        browser.untilSaid(".problem code", "settings.exclude");
        browser.untilSaid(".problem", "/no/such/node");
    }

    @Test
    void aJobIsCancelledFromItsPage() {
        String model = id(http().upload("/v1/models?name=cancelled", bytes(MODEL)));
        String dataset = id(http().upload("/v1/datasets?name=cancelled", bytes(SAMPLES)));
        String data = "{\"datasetId\":\"" + dataset + "\"}";
        String job = id(http().postJson(
                        "/v1/jobs",
                        "{\"modelId\":\"" + model + "\",\"technique\":\"STATIC\",\"calibration\":" + data
                                + ",\"measure\":{\"batchSizes\":[1,8,64]}}"));
        browser.open("/job.html?id=" + job);
        browser.press("Cancel job");

        browser.untilSaid("#outcome", "Cancelled");
        assertThat(get("/v1/jobs/" + job).path("state").asString()).isEqualTo("CANCELLED");
        assertThat(browser.findAll("#live progress")).isEmpty();
    }

    @Test
    void aJobThatIsNotThereIsSaidSo() {
        browser.open("/job.html?id=%3Cimg%20src=x%3E");

        browser.find("#trouble .problem");
        assertThat(browser.findAll("img")).isEmpty();
    }

    private JsonNode get(String path) {
        return http().get(path).expect(200).json();
    }

    private String newest(String path) {
        return get(path).path("items").path(0).path("id").asString();
    }

    private static String id(Http.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
        return answer.json().path("id").asString();
    }

    private static String percent(JsonNode share) {
        return String.format(Locale.ROOT, "%.2f %%", share.asDouble() * 100);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
