package dev.octet.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
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

    private List<String> runs(NpzFiles npz, int batchSize, InputSpec... inputs) {
        List<String> seen = new ArrayList<>();
        try (Dataset dataset = Dataset.open(npz.write(folder.resolve("x.npz")));
                BatchReader reader =
                        dataset.read(List.of(inputs), Preprocessing.NONE, 0, dataset.samples(), batchSize)) {
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                StringBuilder run = new StringBuilder(batch.first() + "+" + batch.size());
                for (Column column : batch.columns()) {
                    run.append(' ').append(column.shape());
                    FloatBuffer floats = column.data().asFloatBuffer();
                    while (floats.hasRemaining()) {
                        run.append(' ').append(floats.get());
                    }
                }
                seen.add(run.toString());
            }
        }
        return seen;
    }

    @Test
    void anInputWithoutDimensionsTakesOneNumberForAsManySamplesAsHaveIt() {
        NpzFiles npz = NpzFiles.npz()
                .floats("a", new float[] {1, 2, 3, 4, 5, 6}, 6, 1)
                .longs("rate", new long[] {8, 8, 8, 16, 8, 8}, 6)
                .longs("gain", new long[] {1, 1, 2, 2, 2, 2}, 6);
        assertThat(runs(
                        npz,
                        4,
                        new InputSpec("a", ElementType.FLOAT, List.of(-1L, 1L)),
                        new InputSpec("rate", ElementType.FLOAT, List.of()),
                        new InputSpec("gain", ElementType.FLOAT, List.of())))
                .containsExactly(
                        "0+2 [2, 1] 1.0 2.0 [] 8.0 [] 1.0",
                        "2+1 [1, 1] 3.0 [] 8.0 [] 2.0",
                        "3+1 [1, 1] 4.0 [] 16.0 [] 2.0",
                        "4+2 [2, 1] 5.0 6.0 [] 8.0 [] 2.0");
    }

    @Test
    void anArrayWithOneDimensionMoreHoldsAWholeTensorASample() {
        NpzFiles npz =
                NpzFiles.npz().floats("a", new float[] {1, 2}, 2, 1).floats("state", new float[] {1, 2, 3, 4}, 2, 2, 1);
        InputSpec state = new InputSpec("state", ElementType.FLOAT, List.of(2L, -1L));
        assertThat(runs(npz, 4, new InputSpec("a", ElementType.FLOAT, List.of(-1L, 1L)), state))
                .containsExactly("0+1 [1, 1] 1.0 [2, 1] 1.0 2.0", "1+1 [1, 1] 2.0 [2, 1] 3.0 4.0");
        try (Dataset dataset = Dataset.open(folder.resolve("x.npz"))) {
            assertThat(dataset.isWhole(state)).isTrue();
            assertThat(dataset.isWhole(new InputSpec("state", ElementType.FLOAT, List.of(-1L, 2L, 1L))))
                    .isFalse();
        }
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
            FloatBuffer out = Objects.requireNonNull(reader.next())
                    .columns()
                    .getFirst()
                    .data()
                    .asFloatBuffer();
            float[] values = new float[4];
            out.get(values);
            assertThat(values).containsExactly(-0.5f, 63.25f, 0.75f, 2f);
        }
    }

    @Test
    void aNanIsRefusedNamingArraySampleAndIndex() {
        Path file = NpzFiles.npz()
                .floats("x", new float[] {0, 1, 2, 3, 4, Float.NaN}, 3, 2)
                .write(folder.resolve("x.npz"));
        EngineException e = failure(file, List.of(new InputSpec("x", ElementType.FLOAT, List.of(-1L, 2L))));
        assertThat(e.fault()).isEqualTo(Fault.DATASET_NOT_FINITE);
        assertThat(e).hasMessage("Array 'x' holds NaN at sample 2, index [1]");
    }

    @Test
    void aLabelThatIsNotFiniteIsRefusedNamingItsRow() {
        Path file = NpzFiles.npz()
                .bytes("x", new byte[2], 2)
                .doubles("labels", new double[] {0, 1, 2, Double.POSITIVE_INFINITY}, 2, 2)
                .write(folder.resolve("x.npz"));
        try (Dataset dataset = Dataset.open(file)) {
            assertThatThrownBy(dataset::labels)
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.DATASET_NOT_FINITE))
                    .hasMessage("Array 'labels' holds Infinity at row 1");
        }
    }

    @Test
    void rowsOfSeveralLabelsKeepTheirWidth() {
        Path file = NpzFiles.npz()
                .bytes("x", new byte[2], 2)
                .floats("labels", new float[] {0, 1, 2, 3, 4, 5.5f}, 2, 3)
                .write(folder.resolve("x.npz"));
        try (Dataset dataset = Dataset.open(file)) {
            Labels labels = dataset.labels().orElseThrow();
            assertThat(labels.width()).isEqualTo(3);
            assertThat(labels.get(1, 2)).isEqualTo(5.5);
            assertThat(labels.integral()).isFalse();
            assertThatThrownBy(() -> labels.get(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aWholeNumberThatDoesNotFitTheInputIsRefusedWhereItStands() {
        Path file = NpzFiles.npz()
                .longs("ids", new long[] {1, 2, 3, 1L << 40}, 2, 2)
                .write(folder.resolve("x.npz"));
        EngineException e = failure(file, List.of(new InputSpec("ids", ElementType.INT32, List.of(-1L, -1L))));
        assertThat(e.fault()).isEqualTo(Fault.DATASET_MISMATCH);
        assertThat(e.getMessage())
                .contains("1099511627776 at sample 1, index [1]")
                .contains("INT32");
    }

    @Test
    void damageFarInsideIsFoundWhenItIsReached() {
        byte[] samples = new byte[200_000];
        new Random(5).nextBytes(samples);
        byte[] npz = NpzFiles.npz().stored().bytes("x", samples, 2000, 100).toBytes();
        npz[150_000] ^= 1;
        Path file = write(npz);
        EngineException e = failure(file, List.of(new InputSpec("x", ElementType.UINT8, List.of(-1L, 100L))));
        assertThat(e.fault()).isEqualTo(Fault.DATASET_MALFORMED);
        assertThat(e.getMessage()).contains("x.npy").contains("CRC-32");
    }

    @Test
    void aFailedReaderFailsAgainTheSameWayAndCloses() {
        Path file = NpzFiles.npz().floats("x", new float[] {0, Float.NaN}, 2).write(folder.resolve("x.npz"));
        try (Dataset dataset = Dataset.open(file)) {
            BatchReader reader = dataset.read(
                    List.of(new InputSpec("x", ElementType.FLOAT, List.of(-1L))), Preprocessing.NONE, 0, 2, 1);
            assertThat(reader.next()).isNotNull();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(reader::next)
                        .isInstanceOf(EngineException.class)
                        .hasMessageContaining("NaN");
            }
            reader.close();
            reader.close();
            assertThatThrownBy(reader::next).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void theBatchInHandStaysWhileTheNextIsRead() {
        byte[] samples = new byte[64];
        for (int i = 0; i < 64; i++) {
            samples[i] = (byte) i;
        }
        Path file = NpzFiles.npz().bytes("x", samples, 64).write(folder.resolve("x.npz"));
        try (Dataset dataset = Dataset.open(file);
                BatchReader reader = dataset.read(
                        List.of(new InputSpec("x", ElementType.UINT8, List.of(-1L))), Preprocessing.NONE, 0, 64, 8)) {
            for (int b = 0; b < 8; b++) {
                ByteBuffer data = Objects.requireNonNull(reader.next())
                        .columns()
                        .getFirst()
                        .data();
                assertThat(data.isDirect()).isTrue();
                assertThat(data.order()).isEqualTo(ByteOrder.nativeOrder());
                for (int i = 0; i < 8; i++) {
                    assertThat(data.get(i)).isEqualTo((byte) (8 * b + i));
                }
            }
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void aRangeBeyondTheSamplesIsACallersMistake() {
        Path file = NpzFiles.npz().bytes("x", new byte[3], 3).write(folder.resolve("x.npz"));
        List<InputSpec> inputs = List.of(new InputSpec("x", ElementType.UINT8, List.of(-1L)));
        try (Dataset dataset = Dataset.open(file)) {
            for (long[] range : new long[][] {{0, 4, 1}, {-1, 1, 1}, {2, 2, 1}, {0, 3, 0}, {1, Long.MAX_VALUE, 1}}) {
                assertThatThrownBy(() -> dataset.read(inputs, Preprocessing.NONE, range[0], range[1], (int) range[2]))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            try (BatchReader none = dataset.read(inputs, Preprocessing.NONE, 3, 0, 1)) {
                assertThat(none.next()).isNull();
            }
        }
    }

    @Test
    void arraysThatDisagreeOnTheSamplesAreRefused() {
        assertThat(openFailure(NpzFiles.npz().bytes("a", new byte[2], 2).bytes("b", new byte[3], 3)))
                .contains("b: has 3 samples, but 'a' has 2");
        assertThat(openFailure(NpzFiles.npz().bytes("a", new byte[4], 4).bytes("labels", new byte[3], 3)))
                .contains("labels: has 3 rows for 4 samples");
        assertThat(openFailure(NpzFiles.npz().bytes("labels", new byte[3], 3))).contains("labels only");
        assertThat(openFailure(NpzFiles.npz().bytes("a", new byte[1], 1).bytes("labels", new byte[0], 1, 0)))
                .contains("labels: holds 0 values");
        assertThat(openFailure(NpzFiles.npz())).contains("empty zip");
    }

    /** Peak memory follows the batch, not the samples: 300 MB pass through a few MB of heap and two small direct buffers. */
    @Test
    void memoryDoesNotGrowWithTheSamples() {
        int sampleBytes = 1 << 17;
        int samples = 2400;
        byte[] sample = new byte[sampleBytes];
        Path file = NpzFiles.generate(
                folder.resolve("large.npz"), "x", "|u1", new long[] {samples, sampleBytes}, sample, i -> {
                    sample[0] = (byte) i;
                    sample[sampleBytes - 1] = (byte) (i >> 8);
                });
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long heapBefore = threads.getTotalThreadAllocatedBytes();
        long directBefore = direct();
        long directPeak = 0;
        int seen = 0;
        try (Dataset dataset = Dataset.open(file);
                BatchReader reader = dataset.read(
                        List.of(new InputSpec("x", ElementType.UINT8, List.of(-1L, -1L))),
                        Preprocessing.NONE,
                        0,
                        samples,
                        16)) {
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                ByteBuffer data = batch.columns().getFirst().data();
                for (int i = 0; i < batch.size(); i++) {
                    assertThat(data.get(i * sampleBytes)).isEqualTo((byte) (seen + i));
                    assertThat(data.get((i + 1) * sampleBytes - 1)).isEqualTo((byte) ((seen + i) >> 8));
                }
                seen += batch.size();
                directPeak = Math.max(directPeak, direct() - directBefore);
            }
        }
        assertThat(seen).isEqualTo(samples);
        assertThat(threads.getTotalThreadAllocatedBytes() - heapBefore)
                .as("bytes ever allocated on the heap")
                .isLessThan(16L << 20);
        assertThat(directPeak).as("direct memory").isLessThanOrEqualTo(2L * 16 * sampleBytes + (1 << 20));
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private Path write(byte[] bytes) {
        try {
            return Files.write(folder.resolve("raw.npz"), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String openFailure(NpzFiles npz) {
        Path file = npz.write(folder.resolve("bad.npz"));
        EngineException e = catchThrowableOfType(
                EngineException.class, () -> Dataset.open(file).close());
        assertThat(e).as("refused").isNotNull();
        assertThat(e.fault()).isEqualTo(Fault.DATASET_MALFORMED);
        return String.valueOf(e.getMessage());
    }

    private static EngineException failure(Path file, List<InputSpec> inputs) {
        EngineException failure = catchThrowableOfType(EngineException.class, () -> {
            try (Dataset dataset = Dataset.open(file);
                    BatchReader reader = dataset.read(inputs, Preprocessing.NONE, 0, dataset.samples(), 2)) {
                while (reader.next() != null) {
                    // To the end.
                }
            }
        });
        assertThat(failure).as("refused").isNotNull();
        return failure;
    }
}
