package dev.octet.engine.rewrite.shape;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.graph.ValueType.TensorType;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks for what could make a size depend in another way on those of the inputs beyond a limit.
 *
 * <pre>
 * x : FLOAT[N,T] ─ Slice(0 : 100, axis 1) ─ y : FLOAT[N, min(T, 100)]
 * </pre>
 */
final class Limits {

    /** Operators that choose between numbers. */
    private static final Set<String> CHOOSING = Set.of("Min", "Max", "Clip", "Mod");

    private final Graph graph;
    private final Uses uses;
    private final List<Map<String, ValueType>> inferred;

    /**
     * The limits in {@code graph}.
     *
     * @param inferred types of all values, at several sizes of the inputs
     */
    Limits(Graph graph, List<Map<String, ValueType>> inferred) {
        this.graph = graph;
        this.uses = Uses.of(graph);
        this.inferred = inferred;
    }

    /** Whether there is any. */
    boolean any() {
        return graph.nodes().stream().anyMatch(node -> node.is("Slice") ? cuts(node) : chooses(node));
    }

    /** Whether {@code node} chooses between sizes: between integers of which there are few, as a shape has them. */
    private boolean chooses(Node node) {
        boolean choosing = node.is("Where") ? !replacesEqual(node) : CHOOSING.contains(node.op());
        return choosing
                && inferred.getFirst().get(node.output(0)) instanceof TensorType tensor
                && !tensor.element().isFloatingPoint()
                && tensor.rank() <= 1;
    }

    /** Whether {@code where} puts something in the place of one number, as exporters do with a -1 in a shape. */
    private boolean replacesEqual(Node where) {
        return uses.producer(where.input(0))
                .filter(producer -> producer.is("Equal"))
                .isPresent();
    }

    /** Whether {@code slice} cuts a varying dimension at a fixed place that is more than one element from either end. */
    private boolean cuts(Node slice) {
        long[] axes = constant(slice.input(3));
        for (int input = 1; input <= 2; input++) {
            long[] bounds = constant(slice.input(input));
            for (int i = 0; i < bounds.length; i++) {
                long place = Math.abs(bounds[i]);
                if (place > 1 && place < Integer.MAX_VALUE && varies(slice.input(0), i < axes.length ? axes[i] : i)) {
                    return true;
                }
            }
        }
        return false;
    }

    private long[] constant(String value) {
        return graph.constant(value).map(Tensor::toLongs).orElse(new long[0]);
    }

    private boolean varies(String value, long axis) {
        return inferred.stream()
                        .mapToLong(types -> types.get(value) instanceof TensorType tensor ? size(tensor, axis) : -1)
                        .distinct()
                        .count()
                > 1;
    }

    /** The size of an axis, which counts from the end where it is negative; -1 where it is not known. */
    private static long size(TensorType tensor, long axis) {
        int at = Math.toIntExact(axis < 0 ? axis + tensor.rank() : axis);
        return tensor.shape() == null || at < 0 || at >= tensor.rank()
                ? -1
                : tensor.shape().get(at).size();
    }
}
