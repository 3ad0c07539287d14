package dev.octet.engine.runtime;

import dev.octet.engine.data.Column;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether the values of a batch can be told apart by sample, seen from the shapes that one sample and a batch give. */
final class TapSplit {

    private Map<String, List<Long>> asked = Map.of();
    private Map<String, List<Long>> one = Map.of();
    private boolean known;
    private boolean leads = true;

    /** Takes note of what the single sample {@code columns} gave. */
    void learnFromOne(List<Column> columns, List<OutputView> views) {
        asked = inputs(columns);
        one = shapes(views);
    }

    /** Whether a single sample of the shapes of {@code columns} is what was learnt from last. */
    boolean hasLearntFromOne(List<Column> columns) {
        return asked.equals(inputs(columns));
    }

    /** Compares what {@code size} samples gave with what the single one did. */
    void learnFromBatch(List<OutputView> views, int size) {
        known = true;
        leads = views.stream().allMatch(view -> scales(one.getOrDefault(view.name(), List.of()), view.shape(), size));
    }

    private static boolean scales(List<Long> one, List<Long> many, int size) {
        if (one.isEmpty() || one.size() != many.size() || many.getFirst() != one.getFirst() * size) {
            return false;
        }
        return one.subList(1, one.size()).equals(many.subList(1, many.size()));
    }

    boolean isKnown() {
        return known;
    }

    /** Whether every value seen leads with the batch; true until anything was learnt. */
    boolean leadsWithBatch() {
        return leads;
    }

    private static Map<String, List<Long>> inputs(List<Column> columns) {
        Map<String, List<Long>> shapes = new HashMap<>();
        columns.forEach(column -> shapes.put(column.name(), column.shape()));
        return shapes;
    }

    private static Map<String, List<Long>> shapes(List<OutputView> views) {
        Map<String, List<Long>> shapes = new HashMap<>();
        views.forEach(view -> shapes.put(view.name(), view.shape()));
        return shapes;
    }

    /**
     * {@code shape} with the number of samples in front: as it is where it leads with them, else split there, as the rows of a
     * flattened batch are.
     */
    static long[] bySample(List<Long> shape, int size) {
        List<Long> dims = new ArrayList<>(shape);
        if (dims.isEmpty() || dims.getFirst() % size != 0) {
            dims.addFirst(1L);
        } else if (dims.getFirst() != size) {
            dims.set(0, dims.getFirst() / size);
            dims.addFirst((long) size);
        }
        return OutputBuffers.dims(dims);
    }

    /** Sample {@code index} of a batch of {@code size}, in the batch's own memory. */
    static List<Column> sample(List<Column> columns, int size, int index) {
        return columns.stream()
                .map(column -> {
                    if (column.shape().isEmpty()) {
                        return column;
                    }
                    List<Long> shape = new ArrayList<>(column.shape());
                    shape.set(0, shape.getFirst() / size);
                    int bytes = column.data().remaining() / size;
                    return new Column(
                            column.name(),
                            column.type(),
                            shape,
                            column.data()
                                    .slice(column.data().position() + index * bytes, bytes)
                                    .order(ByteOrder.nativeOrder()));
                })
                .toList();
    }
}
