package dev.octet.engine.search.auto;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.plan.Work;
import java.util.Set;

/** How much of a model's work is products with constant matrices, which is what dynamic quantization is for. */
final class ProductShare {

    private static final double WORTH_DYNAMIC = 0.5;

    private static final Set<String> MATRIX_PRODUCTS = Set.of("MatMul", "Gemm", "LSTM");

    private ProductShare() {}

    /** Whether it is enough of the work of {@code graph} to try dynamic quantization. */
    static boolean isMost(Graph graph) {
        Work work = new Work(graph);
        double all = graph.nodes().stream().mapToDouble(work::macs).sum();
        double products = graph.nodes().stream()
                .filter(node -> MATRIX_PRODUCTS.contains(node.op())
                        && graph.constant(node.input(1)).isPresent())
                .mapToDouble(work::macs)
                .sum();
        return products >= WORTH_DYNAMIC * all && all > 0;
    }
}
