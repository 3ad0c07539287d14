package dev.octet.engine.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.scheme.ElementType;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzReadingTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void arraysAdvanceTogetherInBatches(boolean stored) {
        float[] floats = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        NpzFiles npz = NpzFiles.npz().floats("a", floats, 5, 2).longs("b", new long[] {10, 20, 30, 40, 50}, 5);
        if (stored) {
            npz.stored();
        }
        List<InputSpec> inputs = List.of(
                new InputSpec("b", ElementType.INT64, List.of(-1L)),
                new InputSpec("a", ElementType.FLOAT, List.of(-1L, 2L)));
        List<String> seen = new ArrayList<>();
        try (Dataset dataset = Dataset.open(npz.write(folder.resolve("x.npz")));
                BatchReader reader = dataset.read(inputs, Preprocessing.NONE, 1, 4, 3)) {
            assertThat(dataset.format()).isEqualTo("npz");
            assertThat(dataset.samples()).isEqualTo(5);
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                Column b = batch.columns().get(0);
                Column a = batch.columns().get(1);
                FloatBuffer values = a.data().asFloatBuffer();
                float[] copy = new float[values.remaining()];
                values.get(copy);
                long[] longs = new long[b.data().remaining() / 8];
                b.data().asLongBuffer().get(longs);
                seen.add(batch.first() + "+" + batch.size() + " " + a.shape() + List.of(copy[0], copy[copy.length - 1])
                        + b.shape() + longs[0]);
            }
            assertThat(reader.next()).isNull();
        }
        assertThat(seen).containsExactly("1+3 [3, 2][3.0, 8.0][3]20", "4+1 [1, 2][9.0, 10.0][1]50");
    }

    @Test
    void labelsAreReadBesideTheFields() {
        Path file = NpzFiles.npz()
                .bytes("x", new byte[4], 4, 1)
                .longs("labels", new long[] {3, 1}, 2)
                .write(folder.resolve("x.npz"));
        try (Dataset dataset = Dataset.open(file)) {
            assertThat(dataset.fields()).containsExactly(new Field("x", ElementType.UINT8, List.of(4L, 1L)));
            assertThat(dataset.hasLabels()).isTrue();
            Labels labels = dataset.labels().orElseThrow();
            assertThat(labels.count()).isEqualTo(2);
            assertThat(labels.get(1, 0)).isEqualTo(1);
            assertThat(labels.integral()).isTrue();
            assertThat(labels.width()).isOne();
        }
    }

    @Test
    void valuesArePreprocessedAlongAxisOne() {
        Path file = NpzFiles.npz()
                .bytes("x", new byte[] {0, (byte) 255, 10, 20}, 1, 2, 2)
                .write(folder.resolve("x.npz"));
        Preprocessing p = new Preprocessing(
                null,
                null,
                Preprocessing.Channels.RGB,
                Preprocessing.Layout.NCHW,
                0.5,
                List.of(1.0, 2.0),
                List.of(2.0, 4.0));
        try (Dataset dataset = Dataset.open(file);
                BatchReader reader =
                        dataset.read(List.of(new InputSpec("x", ElementType.FLOAT, List.of(1L, 2L, 2L))), p, 0, 1, 8)) {
            FloatBuffer out = Objects.requireNonNull(reader.next()).columns().getFirst().data().asFloatBuffer();
            float[] values = new float[4];
            out.get(values);
            assertThat(values).containsExactly(-0.5f, 63.25f, 0.75f, 2f);
        }
    }
}
