package dev.octet.engine.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.scheme.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticSamplesTest {

    private static final List<Value> INPUTS = List.of(
            input("x", ElementType.FLOAT, Dim.symbolic("n"), Dim.of(3), Dim.UNKNOWN),
            input("half", ElementType.FLOAT16, Dim.UNKNOWN),
            input("ids", ElementType.INT64, Dim.symbolic("n"), Dim.symbolic("t")));

    private static Value input(String name, ElementType type, Dim... dims) {
        return new Value(name, new TensorType(type, List.of(dims)));
    }

    private static List<InputSpec> specs(List<Value> inputs) {
        return inputs.stream()
                .map(input -> {
                    TensorType type = (TensorType) input.type();
                    return new InputSpec(
                            input.name(),
                            type.element(),
                            Objects.requireNonNull(type.shape()).stream()
                                    .map(Dim::size)
                                    .toList());
                })
                .toList();
    }

    @TempDir
    Path folder;

    @Test
    void theyFitTheInputsTheyWereMadeFor() {
        Path file = folder.resolve("s.npz");
        SyntheticSamples.write(INPUTS, 1, file);
        try (Dataset dataset = Dataset.open(file)) {
            assertThat(dataset.samples()).isEqualTo(32);
            assertThat(dataset.mismatches(specs(INPUTS), Preprocessing.NONE)).isEmpty();
            assertThat(dataset.fields())
                    .anySatisfy(field -> assertThat(field.shape()).containsExactly(32L, 3L, 16L));
        }
    }

    @Test
    void oneNameIsOneSizeAndSamplesStandAloneWhereTheFirstDimensionDoesNotCountThem() {
        List<Value> inputs = List.of(
                input("x", ElementType.FLOAT, Dim.of(5), Dim.symbolic("s12"), Dim.of(4)),
                input("h", ElementType.FLOAT, Dim.of(1), Dim.symbolic("s12"), Dim.of(6)),
                input("w", ElementType.FLOAT, Dim.symbolic("s12"), Dim.symbolic("32*s3"), Dim.symbolic("s3")));
        Path file = folder.resolve("s.npz");
        SyntheticSamples.write(inputs, 1, file);
        try (Dataset dataset = Dataset.open(file)) {
            assertThat(dataset.mismatches(specs(inputs), Preprocessing.NONE)).isEmpty();
            assertThat(dataset.fields())
                    .extracting(field -> field.name() + field.shape())
                    .containsExactlyInAnyOrder("x[32, 5, 16, 4]", "h[32, 1, 16, 6]", "w[32, 16, 128, 4]");
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
