package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.results.Checkpoints;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What a training's engine keeps of itself serves the next attempt of its job, and is gone with the job's end. */
class CheckpointIT extends WorkerTest {
    @Autowired
    private Checkpoints checkpoints;

    @Autowired
    private JdbcClient jdbc;

    private void assertNothingIsKept(String job) {
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(checkpoints.latest(UUID.fromString(job))).isEmpty());
        assertThat(jdbc.sql("select count(*) from blob_reference where owner = ?")
                        .param("checkpoint:" + job)
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void anAttemptAfterAKillGoesOnFromTheLastCheckpoint() {
        String job = submit(
                "recipe",
                "@1 checkpoint epoch one",
                "@1 step TRAINING 1 9",
                "@1 checkpoint epoch two",
                "@1 kill KILL",
                "@1 hang",
                "@2 kill KILL",
                "@2 hang",
                "output good",
                "finish GOAL_MET");
        JsonNode done = jobs().await(job, "SUCCEEDED");
        assertThat(done.path("attempt").asInt()).isEqualTo(3);
        String log = jobs().log(job);
        String given = "going on from: epoch two";
        assertThat(log.indexOf(given))
                .as("the second attempt, and the third since the second kept nothing itself")
                .isPositive()
                .isNotEqualTo(log.lastIndexOf(given));
        assertThat(log).doesNotContain("going on from: epoch one");
        assertNothingIsKept(job);
    }

    @Test
    void aJobThatFailsLeavesNone() {
        String job = submit("checkpoint some", "step TRAINING 1 9", "fail MODEL_UNSUPPORTED no", "exit 65");
        jobs().await(job, "FAILED");
        assertNothingIsKept(job);
    }
}
