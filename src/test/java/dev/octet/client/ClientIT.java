package dev.octet.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.SampleFiles;
import dev.octet.worker.WorkerTest;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The client as a pipeline calls it, against the service. */
class ClientIT extends WorkerTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String RESNET = "src/test/resources/fixtures/resnet20.onnx";

    @TempDir
    private Path folder;

    private Cli cli;

    @BeforeEach
    void aimAtTheService() {
        cli = new Cli(folder, http().base().toString());
    }

    private String quantize(String... script) {
        return String.valueOf(SCRIPTS.add(script));
    }

    @Test
    void aModelIsUploadedQuantizedReportedAndFetched() throws Exception {
        String seed = quantize("step PREPARING 1 1", "step QUANTIZING 1 2", "output good", "finish GOAL_MET");
        Path model = folder.resolve("small.onnx");
        Cli.Result done = cli.run(
                "quantize",
                RESNET,
                "--technique=DYNAMIC",
                "--seed=" + seed,
                "--max-drop=0.01",
                "--tag",
                "team=vision",
                "--download=" + model);
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(done.out()).contains("GOAL_MET", "FP32", "INT8");
        assertThat(done.err()).contains("saved " + model).doesNotContain("\r", "\u001b");
        assertThat(Files.size(model)).isPositive();
        String job = done.err()
                .lines()
                .filter(line -> line.startsWith("job "))
                .findFirst()
                .orElseThrow()
                .substring(4);
        JsonNode request = http().get("/v1/jobs/" + job).expect(200).json().path("request");
        assertThat(request.at("/objective/maxDrop").asDouble()).isEqualTo(0.01);
        assertThat(request.at("/tags/team").asString()).isEqualTo("vision");

        assertThat(JSON.readTree(cli.run("report", job, "--json").out()).has("layers"))
                .isTrue();
        assertThat(cli.run("report", job).out()).contains("GOAL_MET");
        assertThat(cli.run("jobs", "--state", "succeeded", "--limit=100").out()).contains(job);
        assertThat(JSON.readTree(cli.run("jobs", "--json").out()).path("items")).isNotEmpty();
        Cli.Result fetched = cli.run("download", job, "--out=" + folder.resolve("again.onnx"));
        assertThat(fetched.exit()).as(fetched.err()).isZero();
        assertThat(folder.resolve("again.onnx")).hasSameBinaryContentAs(model);
    }

    @ParameterizedTest
    @CsvSource({"GOAL_NOT_MET, 10", "NO_SPEEDUP, 11"})
    void theExitCodeSaysHowTheJobEnded(String outcome, int code) throws Exception {
        String seed = quantize("output good", "finish " + outcome);
        Cli.Result done = cli.run("quantize", jobs().model(), "--technique=DYNAMIC", "--seed=" + seed, "--json");
        assertThat(done.exit()).as(done.err()).isEqualTo(code);
        assertThat(JSON.readTree(done.out()).path("outcome").asString()).isEqualTo(outcome);
    }

    @Test
    void aFailedJobIsTwelveAndSaysWhy() throws Exception {
        String seed = quantize("fail MODEL_UNSUPPORTED no such operator", "exit 65");
        Cli.Result done = cli.run("quantize", jobs().model(), "--technique=DYNAMIC", "--seed=" + seed);
        assertThat(done.exit()).as(done.err()).isEqualTo(12);
        assertThat(done.out()).contains("FAILED");
    }

    @Test
    void aCancelledJobIsThirteenForWhoWatchesIt() throws Exception {
        String seed = quantize("touch watched", "hang");
        Cli.Result submitted =
                cli.run("quantize", jobs().model(), "--technique=DYNAMIC", "--seed=" + seed, "--no-wait");
        assertThat(submitted.exit()).as(submitted.err()).isZero();
        String job = submitted.out().strip();
        Cli.Call watching = cli.start("", "watch", job);
        awaitFile("watched");
        assertThat(cli.run("cancel", job).exit()).isZero();
        Cli.Result ended = watching.await();
        assertThat(ended.exit()).isEqualTo(13);
        assertThat(ended.err()).contains("%");
    }

    @Test
    void uploadsPrintTheIdAndRefusalsTheReason() throws Exception {
        Path data = Files.write(folder.resolve("x.npz"), SampleFiles.dataset(4, 9));
        Cli.Result made = cli.run("upload", data.toString(), "--name", "four samples");
        assertThat(made.exit()).as(made.err()).isZero();
        assertThat(http().get("/v1/datasets/" + made.out().strip())
                        .expect(200)
                        .json()
                        .path("name")
                        .asString())
                .isEqualTo("four samples");

        Path nonsense = Files.writeString(folder.resolve("x.onnx"), "nonsense");
        Cli.Result refused = cli.run("upload", nonsense.toString());
        assertThat(refused.exit()).isEqualTo(65);
        assertThat(refused.err()).contains("422 MODEL_MALFORMED");
        assertThat(cli.run("upload", folder.resolve("gone.onnx").toString()).exit())
                .isEqualTo(64);
        assertThat(cli.run("upload", data.toString().replace(".npz", ".zip")).exit())
                .isEqualTo(64);
        assertThat(cli.run("watch", "0197c4b0-6a3e-7b52-9c1f-3f1f0f6f2a11").exit())
                .isEqualTo(65);
    }

    @ParameterizedTest
    @CsvSource({"quantize", "quantize x --max-drop=much", "quantize x --no-such-flag", "jobs --state=LOST", "upload"})
    void wrongUsageIsSaid(String line) throws Exception {
        Cli.Result wrong = cli.run(line.split(" "));
        assertThat(wrong.exit()).isEqualTo(64);
        assertThat(wrong.err()).contains("octet: ", "--help");
    }

    @Test
    void aServerThatIsNotThereIsSixtyNine() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        Cli.Result unreachable = cli.run("jobs", "--server=http://localhost:" + free);
        assertThat(unreachable.exit()).isEqualTo(69);
        assertThat(unreachable.err()).contains("http://localhost:" + free);
        assertThat(cli.run("jobs", "--server=localhost").exit()).isEqualTo(64);
    }

    @Test
    void aLoginIsRemembered() throws Exception {
        Cli alone = new Cli(folder, "");
        assertThat(alone.runReading("secret-token\n", "login", http().base() + "/", "--token-stdin")
                        .exit())
                .isZero();
        assertThat(alone.run("jobs", "--json").exit()).isZero();
        assertThat(Files.readString(alone.settings().resolve("servers.json")))
                .contains("secret-token", http().base().toString());
        assertThat(alone.runReading("two words", "login", http().base().toString(), "--token-stdin")
                        .exit())
                .isEqualTo(64);
    }

    @Test
    void theCompletionScriptIsSound() throws Exception {
        Cli.Result completion = cli.run("completion");
        assertThat(completion.out()).contains("--max-drop", "quantize");
        Path script = Files.writeString(folder.resolve("complete.sh"), completion.out());
        assertThat(new ProcessBuilder(List.of("bash", "-n", script.toString()))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void helpIsGivenWithoutAServer() throws Exception {
        assertThat(cli.run("quantize", "--help").out())
                .contains("--max-drop", "--calibration", "Exit codes:", "loses more than allowed");
    }
}
