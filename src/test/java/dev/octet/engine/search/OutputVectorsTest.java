package dev.octet.engine.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.data.Batch;
import dev.octet.engine.evaluate.Pooling;
import dev.octet.engine.runtime.OutputView;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputVectorsTest {

    private static final OutputView TIME_MAJOR = new OutputView(
            "steps", ElementType.FLOAT, List.of(3L, 1L, 2L), FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5, 6}));

    private final OutputVectors vectors = new OutputVectors(Pooling.NONE);

    @Test
    void aTimeMajorOutputOfASingleSampleIsAllOfThatSample() {
        assertThat(vectors.of(TIME_MAJOR, new Batch(0, 1, List.of()), 0)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void severalSamplesAreToldApartByTheLeadingAxis() {
        assertThat(vectors.of(TIME_MAJOR, new Batch(0, 3, List.of()), 1)).containsExactly(3, 4);
    }

    @Test
    void severalSamplesInAnOutputThatDoesNotLeadWithThemAreRefused() {
        EngineException refused = catchThrowableOfType(
                EngineException.class, () -> vectors.of(TIME_MAJOR, new Batch(0, 2, List.of()), 0));

        assertThat(refused.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED);
        assertThat(refused).hasMessageContaining("'steps' of shape [3, 1, 2]");
    }
}
