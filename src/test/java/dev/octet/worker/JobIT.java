package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A job from its submission to its artifact. */
class JobIT extends WorkerTest {
    @Test
    void aJobRunsItsEngineAndHandsOutWhatThatMade() {
        String job = submit(
                "log hello from the engine",
                "step PREPARING 1 1",
                "step CALIBRATING 64 64",
                "output good",
                "finish GOAL_MET");

        JsonNode done = jobs().await(job, "SUCCEEDED");

        assertThat(done.path("outcome").asString()).isEqualTo("GOAL_MET");
        assertThat(done.path("attempt").asInt()).isOne();
        assertThat(done.path("phase").asString()).isEqualTo("CALIBRATING");
        assertThat(done.path("progress").path("fraction").asDouble()).isOne();
        assertThat(done.path("result").path("metric").path("int8").asDouble()).isEqualTo(0.89);
        String artifact = done.path("result").path("artifactId").asString();
        assertThat(http().get("/v1/artifacts/" + artifact + "/content")
                        .expect(200)
                        .text())
                .isEqualTo("the model");
        assertThat(jobs().log(job)).contains("hello from the engine", "ended with exit code 0");
    }
}
