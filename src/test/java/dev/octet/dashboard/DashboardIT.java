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
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
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
    void aModelIsUploadedQuantizedAndItsReportReadOnThePages(@TempDir Path folder) throws IOException {
        Path hostile = Files.copy(MODEL, folder.resolve(HOSTILE + ".onnx"));
        Path samples = Files.copy(SAMPLES, folder.resolve("samples of a person.npz"));
        browser.open("/#/library");
        browser.drop(hostile, samples);
        browser.untilSaid("#models tbody th", HOSTILE);
        browser.untilSaid("#datasets tbody th", "samples of a person");
        assertThat(browser.texts(".upload.added")).hasSize(2);
        seen("library");

        submit(newest("/v1/models"), newest("/v1/datasets"));
        browser.find("#live progress");
        String job = browser.address().replaceFirst(".*/", "");
        assertThat(followedFractions())
                .as("shares of the job that the page showed while it ran")
                .anySatisfy(fraction -> assertThat(fraction).isStrictlyBetween(0.0, 1.0));

        JsonNode told = get("/v1/jobs/" + job);
        assertThat(told.path("state").asString()).as("%s", told).isEqualTo("SUCCEEDED");
        assertThat(told.path("request").path("objective").path("maxDrop").asDouble())
                .isEqualTo(0.05);
        assertThat(browser.texts("h1")).containsExactly(HOSTILE);
        assertThat(browser.texts("#outcome"))
                .containsExactly(OUTCOMES.get(told.path("outcome").asString()));
        JsonNode metric = told.path("result").path("metric");
        browser.find("#metric-int8");
        assertThat(browser.texts("#metric-fp32")).containsExactly(percent(metric.path("fp32")));
        assertThat(browser.texts("#metric-int8")).containsExactly(percent(metric.path("int8")));
        layersAreSortedAndExpanded(get("/v1/jobs/" + job + "/layers?limit=1000"));
        assertThat(browser.findAll("#where figure.chart svg")).hasSize(3);
        assertThat(browser.findAll("a#download[href$='/content']")).hasSize(1);
        assertThat(browser.texts("#reproduce pre").getFirst()).contains("curl", newest("/v1/models"));
        reportIsSavedAsOnePage();
        seen("result");

        browser.open("/#/");
        browser.untilSaid("#jobs tbody th", HOSTILE);
        browser.untilSaid(
                "#jobs tbody", OUTCOMES.get(told.path("outcome").asString()).toLowerCase(Locale.ROOT));
        seen("jobs");
        assertThat(browser.findAll("img")).as("a name that became markup").isEmpty();
        assertThat(browser.title()).isEqualTo("Jobs – Octet");
        assertThat(browser.complaints()).isEmpty();
    }

    private void submit(String model, String dataset) {
        browser.open("/#/new?model=" + model);
        browser.choose("[name=technique]", "STATIC");
        browser.choose("[name='calibration.datasetId']", dataset);
        browser.choose("[name='evaluation.datasetId']", dataset);
        browser.choose("[name='evaluation.metric']", "TOP1");
        browser.fill("[name='objective.maxDrop']", "0.05");
        browser.unfold();
        browser.choose("[name='settings.observer']", "ENTROPY");
        browser.fill("[name='measure.batchSizes']", "1");
        assertThat(browser.findAll("[name='settings.blockSize']"))
                .as("a setting that this technique does not take")
                .isEmpty();
        browser.untilSaid("#findings", "The request is sound");
        seen("new");
        browser.press("Start job");
    }

    /** In light and dark nobody is shut out, and a picture is left; nor on a phone, where nothing sticks out. */
    private void seen(String page) {
        assertThat(browser.barriers()).isEmpty();
        browser.picture(page);
        browser.dark();
        assertThat(browser.barriers()).isEmpty();
        browser.picture(page + "-dark");
        browser.width(390);
        assertThat(browser.run("return document.documentElement.scrollWidth"))
                .as("width of %s on a phone", page)
                .isEqualTo(390L);
        browser.picture(page + "-phone");
        browser.asBefore();
    }

    private void reportIsSavedAsOnePage() {
        String saved = (String) browser.run("""
            return import("/js/report/save.js").then(({ page }) => page(document.title, document.querySelector(".report")))\
            """);
        assertThat(saved)
                .startsWith("<!doctype html>")
                .contains("Float and INT8 side by side", "default-src 'none'", "&lt;img src=x")
                .doesNotContain("<img", "<script", "<link");
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
        WebElement toggle = browser.find("#layers tbody tr button");
        toggle.click();
        assertThat(toggle.getDomAttribute("aria-expanded")).isEqualTo("true");
        assertThat(browser.texts("#layers tbody tr.detail"))
                .singleElement()
                .satisfies(text -> assertThat(text)
                        .contains(
                                worst.path("reason").asString(),
                                worst.path("activation").path("tensor").asString(),
                                "zero point",
                                "The encoding reaches from"));
        assertThat(browser.findAll("#layers figure.histogram g.clip")).hasSize(2);
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
        browser.open("/#/new?model=" + model);
        assertThat(browser.find("[name=technique]").getDomProperty("value")).isEqualTo("AUTO");
        browser.choose("[name=technique]", "WEIGHT_ONLY");
        browser.unfold();
        browser.choose("[name='settings.weightMethod']", "GPTQ");
        browser.untilSaid("#findings", "GPTQ needs samples");
        assertThat(browser.texts("#findings code")).contains("calibration");

        browser.choose("[name=technique]", "STATIC");
        browser.fill("[name='measure.batchSizes']", "1, 0");
        browser.fill("[name='objective.maxDrop']", "-1");
        browser.untilSaid("#findings .problem code", "measure.batchSizes");
        browser.untilSaid("#findings .problem code", "objective.maxDrop");
        assertThat(browser.findAll("[name='measure.batchSizes'][aria-invalid=true],"
                        + " [name='objective.maxDrop'][aria-invalid=true]"))
                .hasSize(2);
        assertThat(browser.barriers()).isEmpty();
        browser.press("Start job");
        browser.untilSaid(".check > .problem code", "measure.batchSizes");
        assertThat(browser.address()).contains("#/new");

        browser.fill("[name='measure.batchSizes']", "1");
        browser.fill("[name='objective.maxDrop']", "0.5");
        browser.fill("[name='settings.exclude']", "/no/such/node");
        browser.untilSaid("#findings code", "settings.exclude");
        browser.untilSaid("#findings", "/no/such/node");
    }

    @Test
    void aModelsGraphIsSearchedAndItsNodesRead() {
        String model = id(http().upload("/v1/models?name=looked-at", bytes(MODEL)));
        JsonNode graph = get("/v1/models/" + model + "/graph");
        browser.open("/#/models/" + model);
        browser.untilSaid("h1", "looked-at");
        browser.find(".vertex");
        browser.fill("#node-search", "gemm");
        browser.untilSaid(".found li", "Gemm");
        browser.find("#node-search").sendKeys(Keys.ENTER);

        String gemm = graph.path("nodes")
                .valueStream()
                .filter(node -> node.path("operator").asString().equals("Gemm"))
                .findFirst()
                .orElseThrow()
                .path("name")
                .asString();
        browser.untilSaid("#node", gemm);
        browser.untilSaid("#node", "quantized");
        assertThat(browser.findAll(".vertex.chosen")).hasSize(1);
        int near = browser.findAll(".vertex").size();
        browser.press("Whole");
        assertThat(browser.findAll(".vertex")).hasSizeGreaterThan(near);
        browser.untilSaid("#operators tbody th", "Conv");
        seen("model");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aJobIsCancelledFromItsPageAndRunAgainChanged() {
        String model = id(http().upload("/v1/models?name=cancelled", bytes(MODEL)));
        String dataset = id(http().upload("/v1/datasets?name=cancelled", bytes(SAMPLES)));
        String data = "{\"datasetId\":\"" + dataset + "\"}";
        String job = id(http().postJson(
                        "/v1/jobs",
                        "{\"modelId\":\"" + model + "\",\"technique\":\"STATIC\",\"calibration\":" + data
                                + ",\"measure\":{\"batchSizes\":[1,8,64]}}"));
        browser.open("/#/jobs/" + job);
        browser.press("Cancel job");

        browser.untilSaid("#outcome", "Cancelled");
        assertThat(get("/v1/jobs/" + job).path("state").asString()).isEqualTo("CANCELLED");
        assertThat(browser.findAll("#live progress")).isEmpty();

        browser.find("a[href*='from=" + job + "']").click();
        browser.untilSaid("h1", "The same job, changed");
        browser.unfold();
        assertThat(browser.find("[name='measure.batchSizes']").getDomProperty("value"))
                .isEqualTo("1, 8, 64");
        assertThat(browser.find("[name='calibration.datasetId']").getDomProperty("value"))
                .isEqualTo(dataset);
        assertThat(browser.complaints()).isEmpty();
    }

    /** Addresses as they were before still lead there. */
    @Test
    void aJobThatIsNotThereIsSaidSo() {
        browser.open("/job.html?id=%3Cimg%20src=x%3E");

        browser.find("main .problem");
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
