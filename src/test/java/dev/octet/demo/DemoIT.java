package dev.octet.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.platform.ServiceTest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

class DemoIT extends ServiceTest {

    @LocalServerPort
    private int port;

    @Test
    void quantizesTheBundledModelAndPrintsWhatTheServiceSays() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        JsonNode job = Demo.run("http://localhost:" + port, new PrintStream(printed, true, StandardCharsets.UTF_8));

        String text = printed.toString(StandardCharsets.UTF_8);
        JsonNode metric = job.path("result").path("metric");
        assertThat(job.path("state").asString("")).isEqualTo("SUCCEEDED");
        assertThat(metric.path("samples").asInt(0)).isEqualTo(1000);
        assertThat(metric.path("fp32").asDouble(0)).isBetween(0.85, 0.92);
        assertThat(metric.path("drop").asDouble(1)).isLessThan(0.02);
        assertThat(job.path("result").path("int8MacShare").asDouble(0)).isGreaterThan(0.95);
        assertThat(text)
                .contains(String.format(Locale.ROOT, "%.4f", metric.path("fp32").asDouble(0)))
                .contains(String.format(Locale.ROOT, "%.4f", metric.path("int8").asDouble(0)))
                .contains(job.path("outcome").asString("?"))
                .contains("/#/jobs/" + job.path("id").asString("?"))
                .contains(
                        "/v1/artifacts/" + job.path("result").path("artifactId").asString("?") + "/content");
    }

    @Test
    void saysWhyItCanNotGoOn() {
        assertThatThrownBy(() -> new Service("http://localhost:" + port).upload("models", "none", new byte[] {1, 2}))
                .isInstanceOf(DemoFailure.class)
                .hasMessageContaining("422")
                .hasMessageContaining("MODEL_MALFORMED");
    }
}
