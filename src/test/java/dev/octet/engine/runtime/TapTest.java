package dev.octet.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Column;
import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.onnx.OnnxReader;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TapTest {

    @TempDir
    Path scratch;

    @AfterEach
    void nothingStaysInTheScratchFolder() {
        assertThat(scratch).isEmptyDirectory();
    }

    /** Cuts a column of samples into batches, reusing one buffer as readers do. */
    private static final class Batches implements BatchReader {
        private final Column all;
        private final int batchSize;
        private int next;

        Batches(Column all, int batchSize) {
            this.all = all;
            this.batchSize = batchSize;
        }

        private @Nullable ByteBuffer lent;

        @Override
        public @Nullable Batch next() {
            int samples = Math.toIntExact(all.shape().getFirst());
            int size = Math.min(batchSize, samples - next);
            if (size == 0) {
                return null;
            }
            int each = all.data().capacity() / samples;
            if (lent == null) {
                lent = ByteBuffer.allocateDirect(batchSize * each).order(java.nio.ByteOrder.nativeOrder());
            }
            lent.clear().put(0, all.data(), next * each, size * each).limit(size * each);
            List<Long> shape = new ArrayList<>(all.shape());
            shape.set(0, (long) size);
            Batch batch = new Batch(next, size, List.of(new Column(all.name(), all.type(), shape, lent)));
            next += size;
            return batch;
        }

        @Override
        public void close() {
            if (lent != null) {
                lent.clear();
                // What reads it after this sees that it was too late.
                for (int i = 0; i < lent.capacity() / 4; i++) {
                    lent.putFloat(i * 4, Float.NaN);
                }
            }
        }
    }

    /** Gathers what a tap hands out: for each value, one row a sample. */
    private static Map<String, List<float[]>> gather(Tap tap, Column samples, int batchSize) {
        Map<String, List<float[]>> rows = new LinkedHashMap<>();
        try (BatchReader reader = new Batches(samples, batchSize)) {
            long seen = tap.run(reader, (value, shape, floats) -> {
                assertThat(Arrays.stream(shape).reduce(1, (a, b) -> a * b)).isEqualTo(floats.remaining());
                int size = Math.toIntExact(shape[0]);
                float[] all = new float[floats.remaining()];
                floats.get(0, all);
                for (int i = 0; i < size; i++) {
                    rows.computeIfAbsent(value, _ -> new ArrayList<>())
                            .add(Arrays.copyOfRange(all, i * all.length / size, (i + 1) * all.length / size));
                }
            });
            assertThat(seen).isEqualTo(samples.shape().getFirst());
        }
        return rows;
    }

    @Test
    void handsOutInputsInnerValuesAndOutputs() {
        Column samples = Nets.column("x", new float[] {1, 0, 0, 0, 1, 0, 0, 0, -1}, 3, 3);
        try (Tap tap = Tap.open(Nets.dense(), List.of("y", "x", "product"), 1, scratch)) {
            Map<String, List<float[]>> rows = gather(tap, samples, 2);

            assertThat(rows.keySet()).containsExactly("y", "x", "product");
            assertThat(rows.get("x"))
                    .containsExactly(new float[] {1, 0, 0}, new float[] {0, 1, 0}, new float[] {0, 0, -1});
            assertThat(rows.get("product"))
                    .containsExactly(new float[] {1, -1}, new float[] {2, -2}, new float[] {-3, 3});
            assertThat(rows.get("y"))
                    .containsExactly(new float[] {1.5f, 0}, new float[] {2.5f, 0}, new float[] {0, 3.25f});
        }
    }

    @Test
    void givesTheSameWhateverTheBatchSize() throws Exception {
        Path file = Nets.resnet20();
        Column samples = Nets.random("input", 11, 3, 32, 32);
        try (Arena arena = Arena.ofConfined()) {
            Model model = OnnxReader.read(file, file.getParent(), arena);
            List<String> values = new ArrayList<>(List.of("input", "logits"));
            model.graph().nodes().stream()
                    .filter(node -> node.is("Relu") || node.is("Add"))
                    .map(Node::id)
                    .forEach(values::add);
            try (Tap tap = Tap.open(model, values, 1, scratch)) {
                Map<String, List<float[]>> single = gather(tap, samples, 1);
                assertThat(single.keySet()).containsExactlyElementsOf(values);
                for (int batchSize : new int[] {2, 4, 11}) {
                    Map<String, List<float[]>> rows = gather(tap, samples, batchSize);
                    for (String value : values) {
                        assertThat(rows.get(value)).describedAs(value).hasSize(11);
                        for (int i = 0; i < 11; i++) {
                            assertThat(distance(
                                            rows.get(value).get(i),
                                            single.get(value).get(i)))
                                    .describedAs(value + " of sample " + i)
                                    .isLessThan(1e-4f);
                        }
                    }
                }
            }
        }
    }

    private static float distance(float[] one, float[] other) {
        assertThat(one).hasSameSizeAs(other);
        float largest = 0;
        for (int i = 0; i < one.length; i++) {
            largest = Math.max(largest, Math.abs(one[i] - other[i]));
        }
        return largest;
    }

    @Test
    void tellsSamplesApartWhereAValueDoesNotLeadWithTheBatch() {
        Model net = Nets.model(
                List.of(Nets.floats("x", -1, 2)),
                List.of(Nets.floats("y", 2, -1)),
                Map.of(),
                Nets.node("Transpose", List.of("x"), "turned").withAttribute("perm", Attribute.of(List.of(1L, 0L))),
                Nets.node("Neg", List.of("turned"), "y"));
        Column samples = Nets.column("x", new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
        try (Tap tap = Tap.open(net, List.of("y"), 1, scratch)) {
            assertThat(gather(tap, samples, 3).get("y"))
                    .containsExactly(new float[] {-1, -2}, new float[] {-3, -4}, new float[] {-5, -6});
        }
    }

    @Test
    void splitsRowsOfAFlattenedBatchBySample() {
        Model net = Nets.model(
                List.of(Nets.floats("x", -1, 2, 2)),
                List.of(Nets.floats("y", -2, 2)),
                Map.of("shape", Tensor.ofLongs(new long[] {-1, 2}, 2)),
                Nets.node("Reshape", List.of("x", "shape"), "rows"),
                Nets.node("Neg", List.of("rows"), "y"));
        Column samples = Nets.column("x", new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
        try (Tap tap = Tap.open(net, List.of("y"), 1, scratch)) {
            assertThat(gather(tap, samples, 2).get("y"))
                    .containsExactly(new float[] {-1, -2, -3, -4}, new float[] {-5, -6, -7, -8});
        }
    }

    @Test
    void tapsOfInputsAloneNeedNoRun() {
        Column samples = Nets.column("x", new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        try (Tap tap = Tap.open(Nets.dense(), List.of("x"), 1, scratch)) {
            assertThat(gather(tap, samples, 1).get("x")).containsExactly(new float[] {1, 2, 3}, new float[] {4, 5, 6});
        }
    }

    @Test
    void whatTheListenerThrowsEndsTheRun() {
        Column samples = Nets.random("x", 50, 3);
        List<Float> seen = new ArrayList<>();
        try (Tap tap = Tap.open(Nets.dense(), List.of("y"), 1, scratch);
                BatchReader reader = new Batches(samples, 1)) {
            assertThatThrownBy(() -> tap.run(reader, (value, shape, floats) -> {
                        seen.add(floats.get(0));
                        if (seen.size() == 3) {
                            throw new EngineException(Fault.MODEL_NOT_FINITE, "third");
                        }
                    }))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("third");
            assertThat(seen.size()).isBetween(3, 5);

            assertThat(gather(tap, samples, 7).get("y"))
                    .describedAs("the tap can be used again")
                    .hasSize(50);
        }
    }

    @Test
    void observersSeeAllBatchesAndFinishInOrder() {
        Column samples = Nets.random("x", 500, 3);
        List<Float> seen = new ArrayList<>();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        try (Tap tap = Tap.open(Nets.dense(), List.of("x"), 3, scratch);
                BatchReader reader = new Batches(samples, 2)) {
            long count = tap.observe(reader, (value, shape, floats, batch) -> {
                threads.add(Thread.currentThread());
                float first = floats.get(0);
                return () -> seen.add(first);
            });
            assertThat(count).isEqualTo(500);
        }
        List<Float> expected = new ArrayList<>();
        for (int i = 0; i < 500; i += 2) {
            expected.add(samples.data().getFloat(i * 12));
        }
        assertThat(seen).isEqualTo(expected);
        assertThat(threads).hasSizeBetween(1, 3);
    }

    @Test
    void whatAnObserverThrowsEndsTheRun() {
        Column samples = Nets.random("x", 500, 3);
        try (Tap tap = Tap.open(Nets.dense(), List.of("y"), 4, scratch);
                BatchReader reader = new Batches(samples, 1)) {
            AtomicInteger calls = new AtomicInteger();
            assertThatThrownBy(() -> tap.observe(reader, (value, shape, floats, batch) -> {
                        if (calls.incrementAndGet() == 7) {
                            throw new EngineException(Fault.MODEL_NOT_FINITE, "seventh");
                        }
                        return () -> {};
                    }))
                    .hasMessage("seventh");
            assertThatThrownBy(() -> tap.observe(new Batches(samples, 1), (value, shape, floats, batch) -> () -> {
                        throw new EngineException(Fault.MODEL_NOT_FINITE, "in order");
                    }))
                    .hasMessage("in order");
        }
    }

    @Test
    void batchSizeFollowsMemory() {
        Batch batch = new Batch(0, 4, List.of(Nets.random("x", 4, 8, 12, 12)));
        try (Tap tap = Tap.open(Nets.convolutions(16), List.of("x", "c1", "y"), 1, scratch)) {
            long sample = 4 * (8 * 144 + 16 * 100 + 16 * 64);

            assertThat(tap.batchSize(batch, sample * 8)).isEqualTo(8);
            assertThat(tap.batchSize(batch, sample * 8 - 1)).isEqualTo(4);
            assertThat(tap.batchSize(batch, 1)).isEqualTo(1);
            assertThat(tap.batchSize(batch, 1L << 40)).isEqualTo(64);
        }
    }

    @Test
    void valuesThatAreNoFloatsAreRefused() {
        Model net = Nets.model(
                List.of(Nets.floats("x", -1)),
                List.of(Nets.value("y", ElementType.INT64, 1, -2)),
                Map.of(),
                Nets.node("NonZero", List.of("x"), "y"));

        assertThatThrownBy(() -> Tap.open(net, List.of("y"), 1, scratch))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("'y'");
    }
}
