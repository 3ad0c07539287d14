package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.ServiceTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A test of the whole service whose engines follow scripts, with a worker that is short of patience and memory. */
public abstract class WorkerTest extends ServiceTest {
    protected static final Scripts SCRIPTS = Scripts.create();

    @DynamicPropertySource
    static void scripted(DynamicPropertyRegistry properties) {
        List<String> command = SCRIPTS.command();
        for (int i = 0; i < command.size(); i++) {
            String word = command.get(i);
            properties.add("octet.worker.engine-command[" + i + "]", () -> word);
        }
        properties.add("octet.worker.heartbeat", () -> "1s");
        properties.add("octet.worker.silence-limit", () -> "4s");
        properties.add("octet.worker.memory-limit", () -> "300MB");
        properties.add("octet.worker.stop-grace", () -> "2s");
        properties.add("octet.worker.retry-delay", () -> "100ms");
        properties.add("octet.worker.wait-delay", () -> "200ms");
        properties.add("octet.outbound.allowed-networks", () -> "127.0.0.1/32");
        properties.add("octet.webhooks.first-delay", () -> "100ms");
        properties.add("octet.webhooks.max-attempts", () -> "3");
        properties.add("octet.webhooks.poll", () -> "100ms");
        properties.add("octet.webhooks.timeout", () -> "3s");
        properties.add("octet.comparisons.max-upload-size", () -> "1MB");
        properties.add("octet.comparisons.max-waiting", () -> "2");
        properties.add("octet.comparisons.max-run", () -> "6s");
        properties.add("octet.jobs.deadline-check", () -> "200ms");
        properties.add("octet.jobs.event-heartbeat", () -> "300ms");
    }

    protected final JobClient jobs() {
        return new JobClient(http());
    }

    /** Submits a job whose engine does that. */
    protected final String submit(String... script) {
        return jobs().submit(SCRIPTS.add(script), "");
    }

    /** Waits for the file that a script makes, and returns the process that made it. */
    protected static long awaitFile(String name) {
        Awaitility.await("file " + name).atMost(Duration.ofSeconds(40)).until(() -> SCRIPTS.has(name));
        return SCRIPTS.pid(name);
    }

    /** Checks that nothing of ended jobs is left: no folder of theirs, no process. */
    protected final void assertNothingIsLeft(String job, long pid) {
        Awaitility.await("process and folder of job " + job + " to be gone")
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> {
                    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive))
                            .isEmpty();
                    assertThat(folders()).noneMatch(folder -> folder.startsWith(job));
                });
    }

    private List<String> folders() {
        try (var folders = Files.list(data().resolve("work"))) {
            return folders.map(folder -> folder.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
