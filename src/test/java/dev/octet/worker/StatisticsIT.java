package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What one job's calibration saw serves later jobs on the same model and samples, and no others. */
class StatisticsIT extends WorkerTest {
    private static final Path SAMPLES = Path.of("src/test/resources/fixtures/data/cifar10-64.npz");
    private static final String GIVEN = "given: the statistics";

    private String dataset() {
        try {
            return http().upload("/v1/datasets?name=cifar10", Files.readAllBytes(SAMPLES))
                    .expect(201)
                    .json()
                    .path("id")
                    .asString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The log of a job on new uploads of the same files that does that and ends in that state. */
    private String run(String state, String calibration, String more, String... script) {
        long seed = SCRIPTS.add(script);
        String job = http().postJson(
                        "/v1/jobs",
                        "{\"modelId\":\"" + jobs().model() + "\",\"technique\":\"STATIC\",\"seed\":" + seed
                                + ",\"calibration\":{\"datasetId\":\"" + dataset() + "\"" + calibration + "}" + more
                                + "}")
                .expect(202)
                .json()
                .path("id")
                .asString();
        jobs().await(job, state);
        return jobs().log(job);
    }

    private String succeed(String calibration, String more) {
        return run("SUCCEEDED", calibration, more, "recipe", "output good", "finish GOAL_MET");
    }

    @Test
    void aLaterJobOnTheSameSamplesIsGivenWhatAnEarlierOneSaw() {
        String samples = ",\"samples\":17";
        String refused = run("FAILED", samples, "", "recipe", "output good", "fail DATASET_NOT_FINITE no", "exit 65");
        assertThat(refused).contains("the recipe: ").doesNotContain("given:");
        assertThat(succeed(samples, "")).as("after one that FAILED").doesNotContain("given:", "\"statistics\"");
        assertThat(succeed(samples, ",\"settings\":{\"observer\":\"ENTROPY\"},\"measure\":{\"threads\":2}"))
                .as("other settings")
                .contains(GIVEN);
        assertThat(succeed(",\"samples\":18", "")).as("other samples").doesNotContain("given:");
        assertThat(succeed(samples + ",\"preprocessing\":{\"scale\":2.0}", ""))
                .as("other preprocessing")
                .doesNotContain("given:");
        assertThat(succeed(samples, ",\"settings\":{\"algorithms\":[\"CROSS_LAYER_EQUALIZATION\"]}"))
                .as("other corrections, which come after calibration")
                .contains(GIVEN);
    }

    @Test
    void anEngineThatDiesOverThemIsStartedAgainWithout() {
        String samples = ",\"samples\":19";
        succeed(samples, "");
        String log = run(
                "SUCCEEDED",
                samples,
                "",
                "recipe",
                "@1 kill KILL",
                "@1 hang",
                "log again",
                "output good",
                "finish GOAL_MET");
        assertThat(log.indexOf(GIVEN)).isPositive().isEqualTo(log.lastIndexOf(GIVEN));
        assertThat(log).contains("again");
    }
}
