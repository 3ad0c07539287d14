package dev.octet.engine.train.learn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.jspecify.annotations.Nullable;

/**
 * Samples of one shape in libtorch's memory.
 *
 * @param size how many there are
 * @param inputs what the model is fed, the samples leading
 * @param answers the teacher's, likewise; empty where they have to be asked for batch by batch
 * @param labels of shape [samples, width]; null where there are none
 */
public record Chunk(
        long size,
        Map<String, Tensor> inputs,
        Map<String, Tensor> answers,
        @Nullable Tensor labels) implements AutoCloseable {

    /** Those of its samples that {@code indices} number; belongs to the scope that this is called in. */
    Chunk select(long[] indices) {
        Tensor index = Tensor.create(indices, indices.length);
        return new Chunk(
                indices.length,
                select(inputs, index),
                select(answers, index),
                labels == null ? null : labels.index_select(0, index));
    }

    private static Map<String, Tensor> select(Map<String, Tensor> from, Tensor index) {
        Map<String, Tensor> selected = new LinkedHashMap<>();
        from.forEach((name, tensor) -> {
            Tensor rows = tensor.index_select(0, index);
            selected.put(name, rows.dim() == 4 ? rows.contiguous(MemoryFormat.ChannelsLast) : rows);
        });
        return selected;
    }

    /** Bytes that it takes. */
    long bytes() {
        return inputs.values().stream().mapToLong(Tensor::nbytes).sum()
                + answers.values().stream().mapToLong(Tensor::nbytes).sum();
    }

    @Override
    public void close() {
        inputs.values().forEach(Tensor::close);
        answers.values().forEach(Tensor::close);
        if (labels != null) {
            labels.close();
        }
    }
}
