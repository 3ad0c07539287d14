package dev.octet.jobs.request;

import dev.octet.platform.Sha256;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The hash of all that calibration statistics follow from.
 *
 * <p>Two jobs with the same key ran the same float model on the same samples: the upload's bytes, the dataset's, how many samples,
 * their preprocessing, whether some are held back to score on, and the corrections, which change the float model before it is run.
 */
public final class CalibrationKey {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private CalibrationKey() {}

    /**
     * The key of a job's calibration; empty where it has none.
     *
     * @param request the job request as JSON, its defaults filled in
     * @param model hash of the model with that id
     * @param dataset hash of the dataset with that id
     */
    public static Optional<String> of(String request, Function<UUID, String> model, Function<UUID, String> dataset) {
        JsonNode job = JSON.readTree(request);
        JsonNode calibration = job.path("calibration");
        if (!calibration.isObject()) {
            return Optional.empty();
        }
        Map<String, @Nullable Object> parts = new TreeMap<>();
        parts.put("model", model.apply(UUID.fromString(job.path("modelId").asString())));
        parts.put(
                "dataset",
                dataset.apply(UUID.fromString(calibration.path("datasetId").asString())));
        parts.put("samples", calibration.path("samples").asLong());
        parts.put("preprocessing", JSON.convertValue(calibration.path("preprocessing"), Object.class));
        parts.put("heldBack", !job.path("evaluation").isObject());
        return Optional.of(Sha256.of(JSON.writeValueAsString(parts)));
    }
}
