package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.report.Build;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests of {@link EngineVersion}. */
class EngineVersionTest {
    @Test
    void aLineEachForTheBuildAndWhatItRunsOn() {
        assertThat(new EngineVersion().getVersion())
                .satisfiesExactly(
                        octet -> assertThat(octet)
                                .startsWith("octet ")
                                .contains(Build.ofThis().version()),
                        runtime -> assertThat(runtime).matches("onnxruntime 1\\.\\d+\\.\\d+"),
                        java -> assertThat(java).isEqualTo("java " + Runtime.version()));
    }

    @Test
    void aCommitIsNamedWhereThereIsOne() {
        assertThat(new Build("1.2.0", Optional.of("04a7d49"))).hasToString("1.2.0 (commit 04a7d49)");
        assertThat(new Build("1.2.0", Optional.empty())).hasToString("1.2.0");
    }
}
