package dev.octet.engine.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.scheme.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticSamplesTest {

    private static final List<InputSpec> INPUTS = List.of(
            new InputSpec("x", ElementType.FLOAT, List.of(-1L, 3L, -1L)),
            new InputSpec("half", ElementType.FLOAT16, List.of(-1L)),
            new InputSpec("ids", ElementType.INT64, List.of(-1L, -1L)));

    @TempDir
    Path folder;

    @Test
    void theyFitTheInputsTheyWereMadeFor() {
        Path file = folder.resolve("s.npz");
        SyntheticSamples.write(INPUTS, 1, file);
        try (Dataset dataset = Dataset.open(file)) {
            assertThat(dataset.samples()).isEqualTo(32);
            assertThat(dataset.mismatches(INPUTS, Preprocessing.NONE)).isEmpty();
            assertThat(dataset.fields())
                    .anySatisfy(field -> assertThat(field.shape()).containsExactly(32L, 3L, 16L));
        }
    }

    @Test
    void theSameSeedGivesTheSameValuesAndAnotherOthers() throws IOException {
        SyntheticSamples.write(INPUTS, 1, folder.resolve("a.npz"));
        SyntheticSamples.write(INPUTS, 1, folder.resolve("b.npz"));
        SyntheticSamples.write(INPUTS, 2, folder.resolve("c.npz"));
        assertThat(values("a.npz")).isEqualTo(values("b.npz")).isNotEqualTo(values("c.npz"));
    }

    private byte[] values(String name) throws IOException {
        try (java.util.zip.ZipFile zip =
                new java.util.zip.ZipFile(folder.resolve(name).toFile())) {
            return zip.getInputStream(zip.getEntry("x.npy")).readAllBytes();
        }
    }

    @Test
    void nothingIsLeftOpen() throws IOException {
        Path file = folder.resolve("s.npz");
        SyntheticSamples.write(INPUTS, 1, file);
        Files.delete(file);
        assertThat(file).doesNotExist();
    }
}
