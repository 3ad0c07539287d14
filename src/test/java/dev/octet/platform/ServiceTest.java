package dev.octet.platform;

import dev.octet.Octet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * A test of the whole service over HTTP, on a real database.
 *
 * <p>All such tests of a run share one service; each makes the models, datasets and jobs that it looks at, and expects others'. A test
 * that needs a service of its own, or kills it, takes {@link ServiceProcess}.
 */
@SpringBootTest(classes = Octet.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
public abstract class ServiceTest {
    @Autowired
    @SuppressWarnings("NullAway.Init")
    private DataFolder data;

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry properties) {
        TestDatabase database = TestDatabase.create();
        properties.add("spring.datasource.url", database::url);
        properties.add("spring.datasource.username", database::user);
        properties.add("spring.datasource.password", database::password);
        properties.add("octet.data", () -> temporary().toString());
        properties.add("octet.max-upload-size", () -> "8MB");
        // Off by default in tests of Spring Boot.
        properties.add("spring.test.metrics.export", () -> "true");
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("service-test-data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client of the service. */
    protected final Http http() {
        return new Http(URI.create("http://localhost:" + port));
    }

    /** The service's data folder. */
    protected final Path data() {
        return data.path();
    }
}
