package dev.octet.engine.train.learn;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Labels;
import dev.octet.engine.train.execute.Tensors;
import dev.octet.engine.train.task.TrainingSamples;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Samples in pieces that fit the memory, kept from one pass to the next where they fit all together.
 *
 * <p>Memory is bounded: what does not fit is read anew in each pass, and shuffled within pieces only.
 */
public final class Chunks implements AutoCloseable {

    /** Memory that pieces take, about. */
    private static final long MOST_BYTES = 512L << 20;

    private static final int READ_AT_ONCE = 32;

    private final TrainingSamples samples;
    private final LongPredicate taken;
    private final UnaryOperator<Map<String, Tensor>> teacher;
    private final long most;
    private @Nullable List<Chunk> kept;

    /**
     * Pieces of {@code samples}.
     *
     * @param taken by the position of a sample, whether it is among them
     * @param teacher answers for given inputs; its results belong to the scope that it is called in
     */
    public Chunks(TrainingSamples samples, LongPredicate taken, UnaryOperator<Map<String, Tensor>> teacher) {
        this(samples, taken, teacher, MOST_BYTES);
    }

    Chunks(TrainingSamples samples, LongPredicate taken, UnaryOperator<Map<String, Tensor>> teacher, long most) {
        this.samples = samples;
        this.taken = taken;
        this.teacher = teacher;
        this.most = most;
    }

    /** Shows {@code consumer} all pieces; each is there until it returns. */
    void forEach(Consumer<Chunk> consumer) {
        List<Chunk> ready = kept;
        if (ready != null) {
            ready.forEach(consumer);
            return;
        }
        List<Chunk> fitting = new ArrayList<>();
        boolean fits = true;
        long bytes = 0;
        try (BatchReader reader = samples.read(READ_AT_ONCE)) {
            Gathered gathered = new Gathered();
            long position = 0;
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                int[] rows = rows(position, batch.size());
                position += batch.size();
                if (rows.length == 0) {
                    continue;
                }
                if (!gathered.fits(batch)) {
                    fits = hand(gathered.chunk(), fits && bytes <= most, fitting, consumer);
                    bytes += fits ? fitting.getLast().bytes() : 0;
                    gathered = new Gathered();
                }
                gathered.add(batch, rows);
            }
            if (gathered.size > 0) {
                fits = hand(gathered.chunk(), fits && bytes <= most, fitting, consumer);
            }
        } catch (RuntimeException | Error e) {
            fitting.forEach(Chunk::close);
            throw e;
        }
        if (fits) {
            kept = fitting;
        } else {
            fitting.forEach(Chunk::close);
        }
    }

    private int[] rows(long position, int size) {
        return IntStream.range(0, size).filter(i -> taken.test(position + i)).toArray();
    }

    private static boolean hand(Chunk chunk, boolean keep, List<Chunk> fitting, Consumer<Chunk> consumer) {
        if (keep) {
            fitting.add(chunk);
            consumer.accept(chunk);
            return true;
        }
        try (chunk) {
            consumer.accept(chunk);
        }
        return false;
    }

    @Override
    public void close() {
        if (kept != null) {
            kept.forEach(Chunk::close);
        }
    }

    /** Batches of one shape that become one piece. */
    private final class Gathered {
        private final Map<String, List<Tensor>> inputs = new LinkedHashMap<>();
        private final Map<String, List<Tensor>> answers = new LinkedHashMap<>();
        private final List<float[]> labels = new ArrayList<>();
        private boolean alone;
        private long size;
        private long bytes;
        private @Nullable Batch first;

        /** Whether {@code batch} may join those that are here. */
        boolean fits(Batch batch) {
            Batch other = first;
            if (other == null) {
                return true;
            }
            boolean alike = bytes < most / 2;
            for (int i = 0; i < batch.columns().size(); i++) {
                List<Long> here = other.columns().get(i).shape();
                List<Long> there = batch.columns().get(i).shape();
                alike &= here.subList(1, here.size()).equals(there.subList(1, there.size()));
            }
            return alike;
        }

        void add(Batch batch, int[] rows) {
            first = first == null ? batch : first;
            Map<String, Tensor> fed = new LinkedHashMap<>();
            batch.columns().forEach(column -> fed.put(column.name(), Tensors.of(column, rows)));
            fed.forEach((name, tensor) -> {
                inputs.computeIfAbsent(name, _ -> new ArrayList<>()).add(tensor);
                bytes += tensor.nbytes();
            });
            try (PointerScope _ = new PointerScope()) {
                teacher.apply(fed).forEach((name, answer) -> {
                    alone |= answer.dim() == 0 || answer.size(0) != rows.length;
                    if (!alone) {
                        answers.computeIfAbsent(name, _ -> new ArrayList<>())
                                .add(Tensors.kept(() -> answer.detach().clone()));
                        bytes += answer.nbytes();
                    }
                });
            }
            Labels truth = samples.labels();
            for (int i = 0; truth != null && i < rows.length; i++) {
                float[] row = new float[truth.width()];
                for (int k = 0; k < row.length; k++) {
                    row[k] = (float) truth.get(batch.first() + rows[i], k);
                }
                labels.add(row);
            }
            size += rows.length;
        }

        Chunk chunk() {
            Map<String, Tensor> whole = new LinkedHashMap<>();
            answers.forEach((name, parts) -> {
                Tensor joined = joined(parts);
                if (alone) {
                    joined.close();
                } else {
                    whole.put(name, joined);
                }
            });
            Map<String, Tensor> fed = new LinkedHashMap<>();
            inputs.forEach((name, parts) -> fed.put(name, joined(parts)));
            return new Chunk(size, fed, whole, labels.isEmpty() ? null : truth());
        }

        private Tensor joined(List<Tensor> parts) {
            Tensor whole = Tensors.kept(() -> torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), 0));
            parts.forEach(Tensor::close);
            return whole;
        }

        private Tensor truth() {
            int width = labels.getFirst().length;
            float[] rows = new float[labels.size() * width];
            for (int i = 0; i < labels.size(); i++) {
                System.arraycopy(labels.get(i), 0, rows, i * width, width);
            }
            return Tensors.kept(() -> Tensor.create(rows, labels.size(), width));
        }
    }
}
