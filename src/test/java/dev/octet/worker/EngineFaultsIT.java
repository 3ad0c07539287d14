package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.worker.relay.LogRelay;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Engines that die, hang, lie and grow, as real processes. */
class EngineFaultsIT extends WorkerTest {
    private static final String[] GOOD = {"output good", "finish GOAL_MET"};

    /** Script lines followed by those of a run that succeeds. */
    private static String[] then(String... first) {
        return Stream.concat(Stream.of(first), Stream.of(GOOD)).toArray(String[]::new);
    }

    @Test
    void anEngineThatIsKilledIsStartedAgain() {
        String job = submit(then("@1 touch killed", "step CALIBRATING 1 4", "@1 kill KILL", "@1 hang"));
        JsonNode done = jobs().await(job, "SUCCEEDED");
        assertThat(done.path("attempt").asInt()).isEqualTo(2);
        assertThat(jobs().log(job)).contains("ended with exit code 137", "ended with exit code 0");
        assertNothingIsLeft(job, awaitFile("killed"));
    }

    @Test
    void aJobWhoseEngineIsKilledEachTimeFailsWithWhatKilledIt() {
        String job = submit("step CALIBRATING 1 4", "kill SEGV", "hang");
        JsonNode done = jobs().await(job, "FAILED");
        assertThat(done.path("attempt").asInt()).isEqualTo(3);
        assertThat(done.path("error").path("code").asString()).isEqualTo("ENGINE_KILLED");
        assertThat(done.path("error").path("fault").asString()).isEqualTo("service");
        assertThat(done.path("result").isMissingNode()).isTrue();
        http().get("/v1/jobs/" + job + "/report").expectProblem(404, "NO_REPORT");
    }

    @Test
    void anEngineThatGrowsPastTheLimitIsKilledBeforeItHurtsTheMachine() {
        String job = submit("touch growing", "allocate 400", "touch outgrown", "hang");
        JsonNode done = jobs().await(job, "FAILED");
        assertThat(done.path("error").path("code").asString()).isEqualTo("ENGINE_OUT_OF_MEMORY");
        assertThat(done.path("error").path("detail").asString()).contains("this worker allows 300 MiB");
        assertNothingIsLeft(job, awaitFile("growing"));
    }

    @Test
    void anEngineThatSaysNothingIsTakenForHung() {
        String job = submit(then("@1 touch hung", "@1 ignore-term", "@1 hang"));
        JsonNode done = jobs().await(job, "SUCCEEDED");
        assertThat(done.path("attempt").asInt()).isEqualTo(2);
        assertThat(jobs().log(job)).contains("worker: stopping the engine: silent");
        assertNothingIsLeft(job, awaitFile("hung"));
    }

    @ParameterizedTest
    @CsvSource({"64,RECIPE_INVALID", "65,DATASET_MISMATCH"})
    void aFaultOfTheUsersEndsTheJobAtOnce(int code, String fault) {
        String job = submit("fail " + fault + " the data does not fit", "exit " + code);
        JsonNode done = jobs().await(job, "FAILED");
        assertThat(done.path("attempt").asInt()).isOne();
        JsonNode error = done.path("error");
        assertThat(error.path("code").asString()).isEqualTo(fault);
        assertThat(error.path("status").asInt()).isEqualTo(422);
        assertThat(error.path("fault").asString()).isEqualTo("user");
        assertThat(error.path("retryable").asBoolean()).isFalse();
        assertThat(error.path("instance").asString()).isEqualTo("/v1/jobs/" + job);
        assertThat(error.path("errors").get(0).path("message").asString()).isEqualTo("the detail");
    }

    @ParameterizedTest
    @CsvSource({"70,ENGINE_FAILED", "3,ENGINE_OUT_OF_MEMORY", "74,ENGINE_IO", "0,ENGINE_FAILED"})
    void otherExitsAreTriedAgainBeforeTheJobFails(int code, String fault) {
        String job = submit("exit " + code);
        JsonNode done = jobs().await(job, "FAILED");
        assertThat(done.path("attempt").asInt()).isEqualTo(3);
        assertThat(done.path("error").path("code").asString()).isEqualTo(fault);
    }

    @Test
    void aFullDiskIsWaitedForWithoutTheLossOfAnAttempt() {
        String[] full = {"@1", "@2", "@3", "@4"};
        String job = submit(then(Stream.of(full)
                .flatMap(at -> Stream.of(at + " fail DISK_FULL no room for the optimized model", at + " exit 74"))
                .toArray(String[]::new)));
        assertThat(jobs().await(job, "SUCCEEDED").path("attempt").asInt()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"bad-result,result.json", "link,model.onnx", "none,report.json"})
    void outputThatIsNotAsAgreedIsNeverHandedOut(String kind, String culprit) {
        String job = kind.equals("none") ? submit("finish GOAL_MET") : submit("output " + kind, "finish GOAL_MET");
        JsonNode done = jobs().await(job, "FAILED");
        assertThat(done.path("error").path("code").asString()).isEqualTo("ENGINE_FAILED");
        assertThat(done.path("error").path("detail").asString()).contains(culprit);
        assertThat(http().get("/v1/jobs/" + job + "/artifacts")
                        .expect(200)
                        .json()
                        .path("items"))
                .isEmpty();
    }

    @Test
    void linesThatAreNotAsAgreedAreLoggedAndNotBelieved() {
        String job = submit(then(
                "raw not json at all",
                "raw {\"event\":\"progress\",\"phase\":\"DREAMING\",\"done\":1,\"total\":2}",
                "raw {\"event\":\"progress\",\"phase\":\"CALIBRATING\",\"done\":9,\"total\":2}",
                "raw {\"event\":\"finished\",\"outcome\":\"WORLD_PEACE\"}",
                "raw " + "z".repeat(200_000)));
        assertThat(jobs().await(job, "SUCCEEDED").path("phase").asString()).isEqualTo("PREPARING");
        assertThat(jobs().log(job))
                .contains("not json at all", "DREAMING", "\"done\":9", "WORLD_PEACE", "zzz…")
                .hasSizeLessThan(100_000);
    }

    @Test
    void ofALogThatIsTooLongBeginAndEndAreKept() {
        String job = submit(then("log the very first", "flood 40000", "log the very last"));
        jobs().await(job, "SUCCEEDED");
        String log = jobs().log(job);
        assertThat(log)
                .startsWith("the very first\nline 0 ")
                .contains("ended with exit code 0", "left out here")
                .hasSizeLessThan(2 * LogRelay.HALF + 300_000);
    }

    @Test
    void aModelWithExternalDataIsHandedOutAsOneZip() throws Exception {
        String job = submit("output external", "finish NO_SPEEDUP");
        JsonNode done = jobs().await(job, "SUCCEEDED");
        assertThat(done.path("outcome").asString()).isEqualTo("NO_SPEEDUP");
        String artifact = done.path("result").path("artifactId").asString();
        assertThat(http().get("/v1/artifacts/" + artifact).json().path("name").asString())
                .isEqualTo("resnet20-int8.zip");
        byte[] zip = http().get("/v1/artifacts/" + artifact + "/content").bytes();
        try (var entries = new java.util.zip.ZipInputStream(new java.io.ByteArrayInputStream(zip))) {
            assertThat(entries.getNextEntry())
                    .satisfies(entry -> assertThat(String.valueOf(entry)).isEqualTo("model.onnx"));
            assertThat(new String(entries.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("the model");
            assertThat(entries.getNextEntry())
                    .satisfies(entry -> assertThat(String.valueOf(entry)).isEqualTo("model.onnx.data"));
        }
    }
}
