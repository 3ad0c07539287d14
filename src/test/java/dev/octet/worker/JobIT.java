package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
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

    private List<String> trials(String job) {
        return http().get("/v1/jobs/" + job + "/trials")
                .expect(200)
                .json()
                .path("items")
                .valueStream()
                .map(trial -> trial.path("number").asInt() + " "
                        + trial.path("description").asString())
                .toList();
    }

    @Test
    void trialsAreShownAsTheyFinishAndReplacedByTheLastWord() {
        String job = submit(
                "@1 trial 1 a dead attempt's",
                "@1 trial 7 another",
                "@1 kill KILL",
                "@1 hang",
                "trial 1 static",
                "trial 2 dynamic",
                "trial 1 static, measured again",
                "raw {\"event\":\"trial\",\"trial\":{\"number\":0,\"status\":\"COMPLETED\",\"description\":\"\",\"chosen\":false}}",
                "raw {\"event\":\"trial\",\"trial\":{\"number\":3,\"status\":\"DREAMT\",\"description\":\"\",\"chosen\":false}}",
                "raw {\"event\":\"trial\",\"trial\":{\"number\":3,\"status\":\"FAILED\",\"description\":\"\\u0000\",\"chosen\":false}}",
                "raw {\"event\":\"trial\",\"trial\":3}",
                "until read",
                "output good",
                "finish GOAL_MET");
        Awaitility.await("trials of the second attempt")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(trials(job)).containsExactly("1 static, measured again", "2 dynamic"));
        assertThat(jobs().get(job).path("state").asString()).isEqualTo("RUNNING");
        JsonNode second =
                http().get("/v1/jobs/" + job + "/trials").json().path("items").get(1);
        assertThat(second.path("predictedDrop").asDouble()).isEqualTo(0.004);
        assertThat(second.path("speedup").get(0).path("speedup").asDouble()).isEqualTo(1.5);
        assertThat(second.path("onFront").asBoolean()).isTrue();

        SCRIPTS.touch("read");
        jobs().await(job, "SUCCEEDED");
        assertThat(trials(job)).containsExactly("1 the one");
        assertThat(jobs().log(job)).contains("trial: number", "DREAMT", "\"trial\":3");
        String events = http().get("/v1/jobs/" + job + "/events", "Accept", "text/event-stream")
                .text();
        assertThat(events.split("event:trial", -1)).as("%s", events).hasSizeGreaterThanOrEqualTo(4);
        assertThat(events).contains("\"trial\":2", "trial 2: dynamic");
    }
}
