package dev.octet.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.Http;
import dev.octet.worker.WorkerTest;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs that are followed: long polls and event streams. */
class FollowIT extends WorkerTest {
    private static List<String> lines(Http.Answer stream, String field) {
        return stream.text()
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1))
                .toList();
    }

    @Test
    void eventsComeInOrderWithoutGapsAndEndWithTheJob() {
        String job = submit(
                "step PREPARING 1 1",
                "step CALIBRATING 1 4",
                "step CALIBRATING 2 4",
                "touch followed",
                "until end-of-story",
                "step PACKAGING 1 1",
                "output good",
                "finish GOAL_MET");
        CompletableFuture<Http.Answer> following = CompletableFuture.supplyAsync(
                () -> http().get("/v1/jobs/" + job + "/events", "Accept", "text/event-stream"));
        awaitFile("followed");
        jobs().await(job, "RUNNING");
        SCRIPTS.touch("end-of-story");
        Http.Answer stream = following.orTimeout(60, TimeUnit.SECONDS).join().expect(200);

        List<String> ids = lines(stream, "id");
        for (int i = 0; i < ids.size(); i++) {
            assertThat(ids.get(i)).isEqualTo(String.valueOf(i + 1));
        }
        List<String> data = lines(stream, "data");
        assertThat(data.getFirst()).contains("\"state\":\"QUEUED\"");
        assertThat(data.getLast()).contains("\"state\":\"SUCCEEDED\"", "\"outcome\":\"GOAL_MET\"");
        assertThat(lines(stream, "event")).contains("state", "phase", "progress");
        assertThat(data.stream().filter(event -> event.contains("\"type\":\"PHASE\"")))
                .hasSize(3);

        Http.Answer rest = http().get("/v1/jobs/" + job + "/events", "Last-Event-ID", String.valueOf(ids.size() - 1));
        assertThat(lines(rest, "id")).containsExactly(ids.getLast());
        assertThat(rest.header("Content-Type")).startsWith("text/event-stream");
    }

    @Test
    void aStreamOfAllJobsTellsWhatBecomesOfEach() throws Exception {
        try (Socket socket = new Socket(http().base().getHost(), http().base().getPort());
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            socket.setSoTimeout(40_000);
            socket.getOutputStream()
                    .write("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (!lines.readLine().equals("event:reload")) {
                // The head, and the first event's length.
            }
            String job = submit("output good", "finish GOAL_MET");
            String told = lines.readLine();
            while (!told.contains(job) || !told.contains("\"outcome\":\"GOAL_MET\"")) {
                told = lines.readLine();
            }
            assertThat(told).startsWith("data:{\"id\":\"" + job).contains("\"state\":\"SUCCEEDED\"");
        }
    }

    @Test
    void anIdleStreamIsKeptOpenByComments() {
        String job = submit("touch idle", "hang");
        awaitFile("idle");
        CompletableFuture<Http.Answer> following =
                CompletableFuture.supplyAsync(() -> http().get("/v1/jobs/" + job + "/events"));
        // The engine says nothing, so that it is taken for hung and the job goes on for some seconds.
        jobs().await(job, "QUEUED", Duration.ofSeconds(20));
        http().postJson("/v1/jobs/" + job + "/cancel", "").expect(200);
        Http.Answer stream = following.orTimeout(60, TimeUnit.SECONDS).join();
        assertThat(stream.text()).contains(":still here");
        assertThat(lines(stream, "data").getLast()).contains("\"state\":\"CANCELLED\"");
    }

    @Test
    void aLongPollEndsWhenTheJobDoes() {
        String job = submit("touch polled", "until poll-ends", "output good", "finish GOAL_MET");
        awaitFile("polled");
        CompletableFuture<Http.Answer> waiting =
                CompletableFuture.supplyAsync(() -> http().get("/v1/jobs/" + job, "Prefer", "respond-async, wait=300"));
        Http.Answer briefly = http().get("/v1/jobs/" + job, "Prefer", "wait=1").expect(200);
        assertThat(briefly.header("Preference-Applied")).isEqualTo("wait=1");
        assertThat(briefly.json().path("state").asString()).isEqualTo("RUNNING");
        assertThat(waiting).isNotDone();
        SCRIPTS.touch("poll-ends");
        Http.Answer ended = waiting.orTimeout(30, TimeUnit.SECONDS).join().expect(200);
        assertThat(ended.json().path("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(ended.header("Preference-Applied")).isEqualTo("wait=60");

        String etag = ended.header("ETag");
        assertThat(http().get("/v1/jobs/" + job, "If-None-Match", etag).status())
                .isEqualTo(304);
        assertThat(http().get("/v1/jobs/" + job, "If-None-Match", etag, "Prefer", "wait=1")
                        .status())
                .isEqualTo(304);
    }

    @Test
    void anAnswerThatIsKeptIsTheJobAsItStandsNow() {
        String job = submit("touch kept", "until changed", "output good", "finish GOAL_MET");
        awaitFile("kept");
        Http.Answer running = http().get("/v1/jobs/" + job).expect(200);
        assertThat(running.json().path("state").asString()).isEqualTo("RUNNING");
        SCRIPTS.touch("changed");
        jobs().await(job, "SUCCEEDED");

        Http.Answer first = http().get("/v1/jobs/" + job).expect(200);
        Http.Answer second = http().get("/v1/jobs/" + job).expect(200);
        assertThat(second.text()).isEqualTo(first.text()).contains("\"outcome\":\"GOAL_MET\"");
        assertThat(second.header("ETag")).isEqualTo(first.header("ETag")).isNotEqualTo(running.header("ETag"));
        http().get("/v1/jobs/" + job, "If-None-Match", running.header("ETag")).expect(200);
        http().get("/v1/jobs/" + job, "If-None-Match", "\"x\", W/" + first.header("ETag"))
                .expect(304);
    }

    @Test
    void aLongPollWithAnETagEndsWithTheNextChange() {
        String job = submit("touch quiet", "until noise", "output good", "finish GOAL_MET");
        String etag = http().get("/v1/jobs/" + job).header("ETag");
        Http.Answer changed = http().get("/v1/jobs/" + job, "If-None-Match", etag, "Prefer", "wait=20")
                .expect(200);
        assertThat(changed.header("ETag")).isNotEqualTo(etag);
        SCRIPTS.touch("noise");
        jobs().await(job, "SUCCEEDED");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        wait=10               | 10
        wait=61               | 60
        respond-async, wait=5 | 5
        Wait = "7"; x=y       | 7
        wait=0                | 0
        wait=-1               | 0
        wait=ten              | 0
        awaiting=9            | 0
        return=minimal        | 0
        """)
    void preferencesAreReadAsTheirRfcSays(String header, int seconds) {
        assertThat(LongPolls.asked(header)).isEqualTo(Duration.ofSeconds(seconds));
    }
}
