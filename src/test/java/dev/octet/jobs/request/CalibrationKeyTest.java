package dev.octet.jobs.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CalibrationKeyTest {
    private static final UUID MODEL = new UUID(0, 1);
    private static final UUID DATASET = new UUID(0, 2);

    private static Optional<String> key(String calibration, String more) {
        String request = "{\"modelId\":\"" + MODEL + "\",\"technique\":\"STATIC\",\"calibration\":{\"datasetId\":\""
                + DATASET + "\"," + calibration + "}" + more + "}";
        return CalibrationKey.of(request, id -> "model " + id, id -> "dataset " + id);
    }

    @Test
    void whatDoesNotChangeTheStatisticsDoesNotChangeTheKey() {
        assertThat(key("\"samples\":7,\"preprocessing\":{\"scale\":2.0,\"mean\":[1.0]}", ",\"seed\":1"))
                .isEqualTo(key(
                        "\"preprocessing\":{\"mean\":[1.0],\"scale\":2.0},\"samples\":7",
                        ",\"settings\":{\"observer\":\"MSE\",\"algorithms\":[\"SMOOTH_QUANT\"]},\"target\":\"x\""))
                .hasValueSatisfying(key -> assertThat(key).matches("[0-9a-f]{64}"));
    }

    @Test
    void whatChangesTheStatisticsChangesTheKey() {
        List<Optional<String>> keys = List.of(
                key("\"samples\":7", ""),
                key("\"samples\":8", ""),
                key("\"samples\":7,\"preprocessing\":{\"scale\":2.0}", ""),
                key("\"samples\":7,\"preprocessing\":{\"scale\":3.0}", ""),
                key("\"samples\":7", ",\"evaluation\":{\"datasetId\":\"" + DATASET + "\"}"),
                CalibrationKey.of(
                        "{\"modelId\":\"" + MODEL + "\",\"calibration\":{\"datasetId\":\"" + DATASET
                                + "\",\"samples\":7}}",
                        _ -> "another model",
                        id -> "dataset " + id));
        assertThat(keys).doesNotHaveDuplicates().doesNotContain(Optional.empty());
    }

    @Test
    void aJobWithoutCalibrationHasNone() {
        assertThat(CalibrationKey.of("{\"modelId\":\"" + MODEL + "\"}", id -> "m" + id, id -> "d" + id))
                .isEmpty();
    }
}
