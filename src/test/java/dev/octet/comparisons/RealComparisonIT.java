package dev.octet.comparisons;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.ServiceTest;
import dev.octet.worker.JobClient;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Both models of a true job on own samples, run by ONNX Runtime in the true engine. */
class RealComparisonIT extends ServiceTest {
    private static final Path SAMPLES = Path.of("src/test/resources/fixtures/data/cifar10-64.npz");
    private static final String STEPS =
            "{\"scale\":0.00392156862745098,\"mean\":[0.485,0.456,0.406],\"std\":[0.229,0.224,0.225]}";

    private static byte[] picture(int side) throws IOException {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < side * side; i++) {
            image.setRGB(i % side, i / side, 0x101010 * (i % 16));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    @Test
    void arraysAndImagesAreFedAsTheJobFedItsOwn() throws IOException {
        JobClient jobs = new JobClient(http());
        String model = jobs.model();
        String dataset = http().upload("/v1/datasets?name=cifar10", Files.readAllBytes(SAMPLES))
                .expect(201)
                .json()
                .path("id")
                .asString();
        String job = http().postJson(
                        "/v1/jobs",
                        "{\"modelId\":\"" + model + "\",\"technique\":\"STATIC\",\"calibration\":{\"datasetId\":\""
                                + dataset + "\",\"preprocessing\":" + STEPS + "}}")
                .expect(202)
                .json()
                .path("id")
                .asString();
        jobs.await(job, "SUCCEEDED", Duration.ofMinutes(3));
        ComparisonClient comparisons = new ComparisonClient(http(), job);

        JsonNode stored =
                comparisons.await(comparisons.json("{\"datasetId\":\"" + dataset + "\",\"samples\":20}"), "SUCCEEDED");
        JsonNode samples = stored.path("result").path("samples");
        assertThat(samples).hasSize(20);
        assertThat(stored.path("result").path("total").asInt()).isEqualTo(64);
        assertThat(stored.path("preprocessing").path("std").get(0).asDouble()).isEqualTo(0.229);
        // Fed otherwise the network would be at chance, 10 %.
        long right = samples.valueStream()
                .filter(sample -> sample.at("/outputs/0/classes/0/index").asInt()
                        == sample.at("/labels/0").asInt(-1))
                .count();
        assertThat(right).isGreaterThan(14);
        assertThat(samples.valueStream().filter(sample -> sample.path("agree").asBoolean()))
                .hasSizeGreaterThan(17);
        assertThat(samples.get(0).at("/outputs/0/sqnrDb").asDouble()).isGreaterThan(15);

        JsonNode image = comparisons.await(comparisons.send("image/png", picture(32), 1), "SUCCEEDED");
        assertThat(image.path("format").asString()).isEqualTo("IMAGES");
        assertThat(image.at("/result/samples/0/outputs/0/classes")).hasSizeGreaterThanOrEqualTo(5);
        JsonNode problem = comparisons.file(picture(40), 1).expectProblem(422, "DATASET_MISMATCH");
        assertThat(problem.path("errors").get(0).path("message").asString()).contains("40x40", "32");
    }
}
