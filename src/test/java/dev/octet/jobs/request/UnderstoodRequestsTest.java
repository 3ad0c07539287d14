package dev.octet.jobs.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.api.model.JobRequest;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class UnderstoodRequestsTest {
    private final JsonMapper json = JsonMapper.builder().build();
    private final UnderstoodRequests requests = new UnderstoodRequests(json);

    private JobRequest read(String members) {
        return json.readValue(
                "{\"modelId\":\"" + new UUID(0, 1) + "\",\"technique\":\"DYNAMIC\"" + members + "}", JobRequest.class);
    }

    private String hash(String members) {
        return requests.sha256(requests.understand(read(members)));
    }

    @Test
    void whatIsAbsentGetsItsDefault() {
        JobRequest understood = requests.understand(read(""));
        assertThat(requests.maxQueue(understood)).isEqualTo(Duration.ofDays(1));
        assertThat(understood.getMeasure())
                .satisfies(measure -> assertThat(measure.getBatchSizes()).containsExactly(1));
        assertThat(understood.getCalibration())
                .as("a part that means something by its absence")
                .isNull();
    }

    @Test
    void theSameRequestHasTheSameHashHoweverItIsWritten() {
        assertThat(hash(",\"seed\":0,\"tags\":{\"b\":\"1\",\"a\":\"2\"}"))
                .isEqualTo(hash(",\"tags\":{\"a\":\"2\",\"b\":\"1\"},\"budget\":{}"))
                .matches("[0-9a-f]{64}");
        assertThat(hash(",\"seed\":1")).isNotEqualTo(hash(",\"seed\":2"));
    }

    @Test
    void theRequestItselfIsLeftAsItWas() {
        JobRequest request = read("");
        requests.understand(request);
        assertThat(request.getBudget()).isNull();
    }
}
