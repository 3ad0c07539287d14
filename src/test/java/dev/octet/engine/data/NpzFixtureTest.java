package dev.octet.engine.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.scheme.ElementType;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/**
 * Real data as numpy wrote it. The golden numbers are {@code zlib.crc32} of what numpy makes of the same file: {@code ((x *
 * (1 / 255.0) - mean) / std).astype(float32)} in double precision, and {@code x.astype(float32)}.
 */
class NpzFixtureTest {

    private static final Path FOLDER = Path.of("src/test/resources/fixtures/data");

    private static long crc(Dataset dataset, InputSpec input, Preprocessing p, int batchSize) {
        CRC32 crc = new CRC32();
        try (BatchReader reader = dataset.read(List.of(input), p, 0, dataset.samples(), batchSize)) {
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                crc.update(batch.columns().getFirst().data());
            }
        }
        return crc.getValue();
    }

    @Test
    void imagesNormalizeToNumpysBitsWhateverTheBatchSize() {
        Preprocessing p = new Preprocessing(
                null,
                null,
                Preprocessing.Channels.RGB,
                Preprocessing.Layout.NCHW,
                1 / 255.0,
                List.of(.485, .456, .406),
                List.of(.229, .224, .225));
        InputSpec input = new InputSpec("input", ElementType.FLOAT, List.of(-1L, 3L, 32L, 32L));
        try (Dataset dataset = Dataset.open(FOLDER.resolve("cifar10-64.npz"))) {
            assertThat(dataset.samples()).isEqualTo(64);
            Labels labels = dataset.labels().orElseThrow();
            assertThat(List.of(labels.get(0, 0), labels.get(1, 0), labels.get(7, 0)))
                    .containsExactly(3.0, 8.0, 6.0);
            for (int batchSize : new int[] {1, 7, 64, 1000}) {
                assertThat(crc(dataset, input, p, batchSize))
                        .as("batches of %d", batchSize)
                        .isEqualTo(3812832374L);
            }
        }
    }

    @Test
    void halvesWidenToNumpysBits() {
        InputSpec input = new InputSpec("x", ElementType.FLOAT, List.of(-1L, 3L, 48L, 192L));
        try (Dataset dataset = Dataset.open(FOLDER.resolve("text-lines-8.npz"))) {
            assertThat(dataset.fields())
                    .containsExactly(new Field("x", ElementType.FLOAT16, List.of(8L, 3L, 48L, 192L)));
            assertThat(crc(dataset, input, Preprocessing.NONE, 3)).isEqualTo(3443070693L);
        }
    }
}
