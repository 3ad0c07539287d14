package dev.octet.engine.search;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.plan.Work;
import dev.octet.engine.runtime.Tap;
import java.util.stream.Stream;

/**
 * How much memory a run will take at most, told before it starts.
 *
 * <p>The process itself, the weights (mapped, and once in each of the sessions that are open at a time), the widest node's values at
 * the largest batch in both sessions, and two sets of observed values. It does not depend on the number of samples. A rough
 * figure: with the options that a worker gives the engine, MobileNetV1-0.25 and PP-OCR's classifier took 0.9 and 1.1 times as much.
 */
public final class MemoryEstimate {

    private static final long PROCESS = 150L << 20;
    private static final int COPIES = 4;

    private MemoryEstimate() {}

    /** Bytes that quantizing {@code model}, with the shapes of one sample, will take at {@code batchSize} samples a run. */
    public static long bytes(PreparedModel model, int batchSize) {
        Graph graph = model.model().graph();
        Work work = new Work(graph);
        long weights = graph.initializers().values().stream()
                .map(Tensor::data)
                .mapToLong(data -> data.byteSize())
                .sum();
        long widest = graph.nodes().stream()
                .mapToLong(node -> values(node, graph, work))
                .max()
                .orElse(0);
        return PROCESS + COPIES * weights + COPIES * widest * Float.BYTES * batchSize + 2 * Tap.BATCH_BYTES;
    }

    /** Elements that {@code node} reads and writes in one sample, constants aside. */
    private static long values(Node node, Graph graph, Work work) {
        return Stream.concat(node.inputs().stream(), node.outputs().stream())
                .filter(value -> !value.isEmpty() && !graph.initializers().containsKey(value))
                .mapToLong(work::elements)
                .sum();
    }
}
