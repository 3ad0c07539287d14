package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.Http;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Jobs that are cancelled, or whose time is up, in every state and phase. */
class CancelIT extends WorkerTest {
    private Http.Answer cancel(String job, String... headers) {
        return http().postJson("/v1/jobs/" + job + "/cancel", "", headers);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"PREPARING", "CALIBRATING", "QUANTIZING", "EVALUATING", "BENCHMARKING", "SEARCHING", "PACKAGING"
            })
    void aRunningJobIsCancelledWhateverItDoes(String phase) {
        String job = submit("step " + phase + " 1 10", "touch in-" + phase, "hang");
        long pid = awaitFile("in-" + phase);
        jobs().await(job, "RUNNING");
        JsonNode asked = cancel(job).expect(200).json();
        assertThat(asked.path("state").asString()).isIn("CANCELLING", "CANCELLED");
        JsonNode done = jobs().await(job, "CANCELLED");
        assertThat(done.path("error").isMissingNode()).isTrue();
        assertThat(done.path("finishedAt").isMissingNode()).isFalse();
        assertNothingIsLeft(job, pid);
    }

    @Test
    void anEngineThatDoesNotListenIsKilled() {
        String job = submit("ignore-term", "touch deaf", "hang");
        long pid = awaitFile("deaf");
        cancel(job).expect(200);
        assertThat(cancel(job).expect(200).json().path("state").asString())
                .as("the second request changes nothing")
                .isIn("CANCELLING", "CANCELLED");
        jobs().await(job, "CANCELLED");
        cancel(job).expect(200);
        assertNothingIsLeft(job, pid);
    }

    @Test
    void aQueuedJobIsCancelledAtOnceAndAnEndedOneIsNot() {
        String busy = submit("touch busy", "until let-go", "output good", "finish GOAL_MET");
        awaitFile("busy");
        String waiting = submit("touch never", "hang");
        String hasty = jobs().submit(SCRIPTS.add("touch never", "hang"), ",\"budget\":{\"maxQueueSeconds\":1}");

        assertThat(cancel(waiting, "If-Match", "\"77\"").expectProblem(412, "JOB_CHANGED"))
                .isNotNull();
        String etag = http().get("/v1/jobs/" + waiting).header("ETag");
        assertThat(cancel(waiting, "If-Match", etag)
                        .expect(200)
                        .json()
                        .path("state")
                        .asString())
                .isEqualTo("CANCELLED");

        JsonNode expired = jobs().await(hasty, "EXPIRED");
        assertThat(expired.path("error").path("code").asString()).isEqualTo("QUEUE_DEADLINE");
        assertThat(expired.path("error").path("retryable").asBoolean())
                .as("a worker may be free another time")
                .isTrue();
        assertThat(expired.path("attempt").asInt()).isZero();

        SCRIPTS.touch("let-go");
        jobs().await(busy, "SUCCEEDED");
        cancel(busy).expectProblem(409, "JOB_ENDED");
        String after = submit("output good", "finish GOAL_NOT_MET");
        assertThat(jobs().await(after, "SUCCEEDED").path("outcome").asString()).isEqualTo("GOAL_NOT_MET");
        assertThat(SCRIPTS.has("never"))
                .as("what was cancelled or expired in the queue ran")
                .isFalse();
    }

    @Test
    void aJobWhoseTimeIsUpExpiresAndKeepsItsBestTrial() {
        String budget = ",\"budget\":{\"maxRunSeconds\":2}";
        String empty = jobs().submit(SCRIPTS.add("touch slow", "hang"), budget);
        String full = jobs().submit(SCRIPTS.add("output good", "touch trial", "hang"), budget);

        JsonNode none = jobs().await(empty, "EXPIRED");
        assertThat(none.path("error").path("code").asString()).isEqualTo("RUN_DEADLINE");
        assertThat(none.path("error").path("retryable").asBoolean(true))
                .as("it would take as long again")
                .isFalse();
        assertThat(none.at("/error/errors/0/path").asString()).isEqualTo("budget.maxRunSeconds");
        assertThat(none.path("result").isMissingNode()).isTrue();
        assertNothingIsLeft(empty, awaitFile("slow"));

        JsonNode kept = jobs().await(full, "EXPIRED");
        assertThat(kept.path("outcome").isMissingNode()).isTrue();
        String artifact = kept.path("result").path("artifactId").asString();
        assertThat(http().get("/v1/artifacts/" + artifact + "/content")
                        .expect(200)
                        .text())
                .isEqualTo("the model");
        JsonNode notes = http().get("/v1/jobs/" + full + "/report").json().path("notes");
        assertThat(notes.get(0).path("message").asString()).contains("its time was up");
        assertNothingIsLeft(full, awaitFile("trial"));
    }

    @Test
    void aCancelledJobKeepsTheBestCandidateThatWasComplete() {
        String job = submit("trial 1 static", "output good", "trial 2 dynamic", "touch found", "hang");
        long pid = awaitFile("found");
        cancel(job).expect(200);
        JsonNode done = jobs().await(job, "CANCELLED");

        assertThat(done.path("outcome").isMissingNode()).isTrue();
        assertThat(done.path("error").isMissingNode()).isTrue();
        String artifact = done.path("result").path("artifactId").asString();
        String base = "/v1/jobs/" + job;
        assertThat(http().get("/v1/artifacts/" + artifact + "/content")
                        .expect(200)
                        .text())
                .isEqualTo("the model");
        JsonNode notes = http().get(base + "/report").expect(200).json().path("notes");
        assertThat(notes.get(notes.size() - 1).path("code").asString()).isEqualTo("BEST_SO_FAR");
        assertThat(notes.get(notes.size() - 1).path("message").asString()).contains("it was cancelled");
        assertThat(http().get(base + "/layers").json().path("items")).hasSize(3);
        assertThat(http().get(base + "/trials").json().path("items"))
                .extracting(trial -> trial.path("description").asString())
                .as("of those in the files, and those told since")
                .containsExactly("the one", "dynamic");
        assertThat(http().get(base + "/events", "Accept", "text/event-stream").text())
                .contains("the best candidate so far is kept");
        assertNothingIsLeft(job, pid);
    }

    @Test
    void anEngineThatIsToldToStopHasTheTimeToHandOverWhatItHas() {
        String job = submit("when-told output good", "touch listening", "hang");
        awaitFile("listening");
        cancel(job).expect(200);
        JsonNode done = jobs().await(job, "CANCELLED");
        assertThat(done.path("result").path("artifactId").isMissingNode()).isFalse();
        assertThat(jobs().log(job)).contains("ended with exit code 143");
    }

    @Test
    void ofACandidateThatIsOnlyHalfThereNothingIsKept() {
        String cancelled = submit("output half", "touch half", "hang");
        awaitFile("half");
        cancel(cancelled).expect(200);
        String late = jobs().submit(SCRIPTS.add("output half", "hang"), ",\"budget\":{\"maxRunSeconds\":2}");
        for (JsonNode job : List.of(jobs().await(cancelled, "CANCELLED"), jobs().await(late, "EXPIRED"))) {
            assertThat(job.path("result").isMissingNode()).isTrue();
            String base = "/v1/jobs/" + job.path("id").asString();
            http().get(base + "/report").expectProblem(404, "NO_REPORT");
            assertThat(http().get(base + "/artifacts").json().path("items")).isEmpty();
        }
    }
}
