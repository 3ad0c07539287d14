package dev.octet.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.scheme.ElementType;
import dev.octet.platform.ServiceTest;
import dev.octet.worker.JobClient;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both models of a job tried in a true browser on a picture and on arrays. */
class TryOutIT extends ServiceTest {
    private static final Path SAMPLES = Path.of("src/test/resources/fixtures/data/cifar10-64.npz");
    private static final int SIDE = 32;
    private static final String STEPS =
            "{\"scale\":0.00392156862745098,\"mean\":[0.485,0.456,0.406],\"std\":[0.229,0.224,0.225]}";

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

    private String job() throws IOException {
        JobClient jobs = new JobClient(http());
        String dataset = http().upload("/v1/datasets?name=cifar10", Files.readAllBytes(SAMPLES))
                .expect(201)
                .json()
                .path("id")
                .asString();
        String request =
                "{\"modelId\":\"" + jobs.model() + "\",\"technique\":\"STATIC\",\"calibration\":{\"datasetId\":\""
                        + dataset + "\",\"preprocessing\":" + STEPS + "}}";
        String job = http().postJson("/v1/jobs", request)
                .expect(202)
                .json()
                .path("id")
                .asString();
        jobs.await(job, "SUCCEEDED", Duration.ofMinutes(3));
        return job;
    }

    /** The first picture of the samples, a cat, as a file. */
    private static Path picture(Path folder) throws IOException {
        InputSpec input = new InputSpec("input", ElementType.FLOAT, List.of(-1L, 3L, (long) SIDE, (long) SIDE));
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        try (Dataset dataset = Dataset.open(SAMPLES);
                BatchReader reader = dataset.read(List.of(input), Preprocessing.NONE, 0, 1, 1)) {
            Batch batch = Objects.requireNonNull(reader.next());
            FloatBuffer pixels = batch.columns().getFirst().data().asFloatBuffer();
            for (int at = 0; at < SIDE * SIDE; at++) {
                int rgb = 0;
                for (int channel = 0; channel < 3; channel++) {
                    rgb = rgb << 8 | (int) pixels.get(channel * SIDE * SIDE + at);
                }
                image.setRGB(at % SIDE, at / SIDE, rgb);
            }
        }
        Path file = folder.resolve("a cat of mine.png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @Test
    void aPictureIsDroppedAndBothAnswersAreRead(@TempDir Path folder) throws IOException {
        String job = job();
        browser.open("/#/jobs/" + job);
        browser.untilSaid("#try", "Nothing tried yet");
        browser.drop(picture(folder));
        browser.untilSaid("#tried-out .verdict", "Both models give the same answer.");
        assertThat(browser.texts("#try .classes .what").getFirst()).contains("class 3", "both models' answer");
        assertThat(browser.findAll("#try .bad")).isEmpty();
        assertThat(browser.texts("#try .classes .much")).hasSizeGreaterThanOrEqualTo(20);
        assertThat(browser.texts("#try .output .facts").getFirst()).contains("SQNR", "Largest difference");
        browser.untilSaid("#try figcaption", "32×32");
        seen("try");

        browser.drop(SAMPLES);
        browser.untilSaid("#tried-out .verdict", "of 16 samples");
        assertThat(browser.findAll("#try .answer")).hasSize(16);
        browser.picture("try-many");
        // Read anew, the page still knows the last one.
        browser.open("/#/");
        browser.open("/#/jobs/" + job);
        browser.untilSaid("#tried-out .verdict", "of 16 samples");

        Path notes = Files.writeString(folder.resolve("notes.txt"), "a text");
        browser.drop(notes);
        browser.untilSaid("#tried-out .problem", "input_ids");
        assertThat(browser.barriers()).isEmpty();
        browser.picture("try-refused");
        assertThat(browser.complaints())
                .allMatch(complaint -> complaint.contains("comparisons") && complaint.contains("422"));
    }

    private void seen(String page) {
        assertThat(browser.barriers()).isEmpty();
        browser.picture(page);
        browser.dark();
        assertThat(browser.barriers()).isEmpty();
        browser.picture(page + "-dark");
        browser.width(390);
        assertThat(browser.run("return document.documentElement.scrollWidth"))
                .as("width on a phone")
                .isEqualTo(390L);
        browser.picture(page + "-phone");
        browser.asBefore();
    }
}
