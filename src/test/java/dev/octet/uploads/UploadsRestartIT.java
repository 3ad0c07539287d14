package dev.octet.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.SampleFiles;
import dev.octet.platform.ServiceProcess;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads under way while the service is killed, and bounds that only a service of its own shows. */
class UploadsRestartIT {
    @Test
    void anUploadGoesOnAfterTheServiceWasKilledInTheMiddleOfIt(@TempDir Path folder) throws Exception {
        byte[] bytes = SampleFiles.dataset(1_500_000, 6);
        try (ServiceProcess service = ServiceProcess.start(folder.resolve("data"))) {
            Tus tus = new Tus(service.http());
            String upload = tus.begin("dataset", "big.npz", bytes.length);
            String second = tus.begin("dataset", "second.npz", bytes.length);
            tus.patch(second, 0, Arrays.copyOf(bytes, 1000)).expect(204);
            try (Socket socket = service.http().beginPatch(upload, 0, bytes.length)) {
                socket.getOutputStream().write(bytes, 0, bytes.length - 1);
                socket.getOutputStream().flush();
                Awaitility.await("some of it to be safe").until(() -> tus.offset(upload) > 0);
                service.kill();
            }
            service.restart();
            long offset = tus.offset(upload);
            assertThat(offset).isBetween(1L << 24, bytes.length - 1L);
            assertThat(tus.offset(second)).isEqualTo(1000);
            String dataset = tus.patch(upload, offset, Arrays.copyOfRange(bytes, (int) offset, bytes.length))
                    .expect(204)
                    .header("Upload-Resource");
            assertThat(service.http().get(dataset + "/content").bytes()).isEqualTo(bytes);
            assertThat(files(service))
                    .allMatch(file -> file.getFileName().toString().startsWith(id(second)));
        }
    }

    @Test
    void thereIsABoundForAllUploadsTogether(@TempDir Path folder) throws Exception {
        try (ServiceProcess service = ServiceProcess.start(
                folder.resolve("data"), "--octet.uploads.max-open=3", "--octet.uploads.max-open-size=1MB")) {
            Tus tus = new Tus(service.http());
            tus.begin("model", "1", 1000);
            var tooLarge = tus.announce("model", "2", 1 << 20);
            tooLarge.expectProblem(429, "TOO_MANY_UPLOADS");
            assertThat(tooLarge.header("Retry-After")).isEqualTo("5");
            tus.begin("model", "2", 1000);
            String third = tus.begin("model", "3", 1000);
            tus.announce("model", "4", 1000).expectProblem(429, "TOO_MANY_UPLOADS");
            tus.send("DELETE", third, new byte[0]).expect(204);
            tus.begin("model", "4", 1000);
        }
    }

    private static String id(String upload) {
        return upload.substring(upload.lastIndexOf('/') + 1);
    }

    private static List<Path> files(ServiceProcess service) throws IOException {
        try (var files = Files.list(service.data().resolve("blobs/partial"))) {
            return files.toList();
        }
    }
}
