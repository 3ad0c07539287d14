package dev.octet.engine.plan;

import dev.octet.engine.graph.Node;
import dev.octet.engine.scheme.Encoding;

/** The axis of a node's constant weights along which output channels lie. */
public final class WeightAxis {

    private WeightAxis() {}

    /** 0 for Conv and for rows of a table, by transB for Gemm, the last for MatMul. */
    public static int of(Node node) {
        return switch (node.op()) {
            case "Conv", "Gather" -> 0;
            case "Gemm" -> node.intAttribute("transB", 0) != 0 ? 0 : 1;
            case "MatMul" -> 1;
            default -> Encoding.PER_TENSOR;
        };
    }

    /** The input of {@code node} that holds its constant weights. */
    public static int input(Node node) {
        return node.op().equals("Gather") ? 0 : 1;
    }
}
