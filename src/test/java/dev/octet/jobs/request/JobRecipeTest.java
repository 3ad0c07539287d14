package dev.octet.jobs.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JobRecipeTest {
    private static final UUID MODEL = new UUID(0, 1);
    private static final UUID DATASET = new UUID(0, 2);

    @Test
    void idsBecomeFilesAndTheRestStaysAsItIs() {
        String request = "{\"modelId\":\"" + MODEL + "\",\"technique\":\"STATIC\",\"calibration\":{\"datasetId\":\""
                + DATASET
                + "\",\"samples\":7,\"preprocessing\":{\"scale\":0.00392156862745098}},\"evaluation\":{\"datasetId\":\""
                + DATASET
                + "\"},\"seed\":9007199254740991,\"tags\":{\"a\":\"b\"},\"budget\":{\"maxTrials\":4},\"webhook\":{}}";

        String recipe =
                JobRecipe.of(request, id -> Path.of("/blobs", "m" + id), id -> Path.of("/blobs", "d" + id), null, null);

        assertThat(JsonMapper.shared().readTree(recipe))
                .isEqualTo(JsonMapper.shared()
                        .readTree("{\"technique\":\"STATIC\",\"calibration\":{\"samples\":7,\"preprocessing\":"
                                + "{\"scale\":0.00392156862745098},\"dataset\":\"/blobs/d" + DATASET
                                + "\"},\"evaluation\":{\"dataset\":\"/blobs/d" + DATASET
                                + "\"},\"seed\":9007199254740991,\"budget\":{\"maxTrials\":4},\"model\":\"/blobs/m"
                                + MODEL + "\"}"));
    }
}
