package dev.octet.jobs.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.api.model.JobRequest;
import dev.octet.platform.api.model.ObserverName;
import dev.octet.platform.api.model.QuantizationSettings.BlockSizeEnum;
import dev.octet.platform.api.model.WeightMethod;
import dev.octet.platform.api.model.WeightType;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class UnderstoodRequestsTest {
    private final JsonMapper json = JsonMapper.builder().build();
    private final UnderstoodRequests requests = new UnderstoodRequests(json);

    private JobRequest read(String members) {
        return json.readValue(
                "{\"modelId\":\"" + new UUID(0, 1)
                        + (members.contains("technique") ? "\"" : "\",\"technique\":\"DYNAMIC\"") + members + "}",
                JobRequest.class);
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
    void settingsGetTheDefaultsThatTheTechniqueReads() {
        assertThat(requests.understand(read(",\"technique\":\"STATIC\"")).getSettings())
                .satisfies(settings -> {
                    assertThat(settings.getObserver())
                            .as("what the model decides")
                            .isNull();
                    assertThat(settings.getWeightType()).isNull();
                });
        assertThat(requests.understand(read(",\"technique\":\"QAT\""))
                        .getSettings()
                        .getObserver())
                .isEqualTo(ObserverName.MSE);
        assertThat(requests.understand(read(",\"technique\":\"WEIGHT_ONLY\",\"settings\":{\"blockSize\":64}"))
                        .getSettings())
                .satisfies(settings -> {
                    assertThat(settings.getObserver()).isNull();
                    assertThat(settings.getWeightType()).isEqualTo(WeightType.INT4);
                    assertThat(settings.getBlockSize()).isEqualTo(BlockSizeEnum.NUMBER_64);
                    assertThat(settings.getWeightMethod()).isEqualTo(WeightMethod.HQQ);
                });
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
