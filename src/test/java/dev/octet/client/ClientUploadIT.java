package dev.octet.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.SampleFiles;
import dev.octet.platform.ServiceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large upload by the client, while the client is killed and the service too. */
class ClientUploadIT {
    private static final long MORE_THAN_A_PIECE = 12 << 20;

    @Test
    void aLargeUploadGoesOnOverAKilledClientAndAKilledService(@TempDir Path folder) throws Exception {
        byte[] bytes = SampleFiles.dataset(2_000_000, 8);
        Path file = Files.write(folder.resolve("large.npz"), bytes);
        try (ServiceProcess service = ServiceProcess.start(folder.resolve("data"));
                Narrows way = new Narrows(service.http().base(), MORE_THAN_A_PIECE)) {
            Cli cli = new Cli(folder, way.url());
            Cli.Call first = cli.start("", "upload", file.toString());
            awaitFull(way);
            first.process().destroyForcibly().waitFor();
            assertThat(Files.readString(first.err())).contains("  0 %", ", 8 of 27 MB");

            way.pass(MORE_THAN_A_PIECE);
            Cli.Call second = cli.start("", "upload", file.toString());
            awaitFull(way);
            service.kill();
            service.restart();
            way.pass(Long.MAX_VALUE / 2);
            Cli.Result done = second.await();
            assertThat(done.exit()).as(done.err()).isZero();
            // It went on where the first one was, and where it was itself.
            assertThat(done.err()).startsWith("  [########").doesNotContain("  0 %");
            assertThat(service.http()
                            .get("/v1/datasets/" + done.out().strip() + "/content")
                            .expect(200)
                            .bytes())
                    .isEqualTo(bytes);
            assertThat(Files.readString(cli.settings().resolve("uploads.json"))).doesNotContain("/v1/uploads/");
        }
    }

    private static void awaitFull(Narrows way) {
        Awaitility.await("the upload to be under way")
                .atMost(Duration.ofSeconds(60))
                .until(way::isFull);
    }
}
