package dev.octet.engine.onnx;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.scheme.ElementType;
import java.util.ArrayList;
import java.util.List;

/**
 * The version of the ONNX file format that a model is written in: the oldest that can hold it.
 *
 * <p>Runtimes refuse formats newer than they are, and an operator set came out together with a format version (ONNX's
 * Versioning.md lists them).
 */
final class IrVersion {

    /** The last operator set of each format version, from version 3 on. */
    private static final long[] LAST_OPSET = {8, 9, 10, 11, 14, 18, 20, 22, 23, 24, 26};

    private static final int FIRST = 3;

    private IrVersion() {}

    static int of(Model model) {
        int version = ofOpset(model.opset());
        if (!model.functions().isEmpty()) {
            version = Math.max(version, 8);
        }
        return Math.max(version, ofGraph(model.graph()));
    }

    private static int ofOpset(long opset) {
        int i = 0;
        while (i < LAST_OPSET.length && opset > LAST_OPSET[i]) {
            i++;
        }
        return FIRST + i;
    }

    private static int ofGraph(Graph graph) {
        int version = graph.initializers().keySet().stream().allMatch(graph::isInput) ? FIRST : 4;
        List<ElementType> types = new ArrayList<>();
        graph.initializers().values().forEach(t -> types.add(t.type()));
        graph.inputs().forEach(v -> addType(v.type(), types));
        graph.outputs().forEach(v -> addType(v.type(), types));
        graph.types().values().forEach(t -> addType(t, types));
        for (Node node : graph.nodes()) {
            for (Attribute attribute : node.attributes().values()) {
                if (attribute instanceof Attribute.OfTensor(Tensor tensor)) {
                    types.add(tensor.type());
                }
            }
            for (Graph body : node.subgraphs()) {
                version = Math.max(version, ofGraph(body));
            }
        }
        for (ElementType type : types) {
            version = Math.max(version, ofType(type));
        }
        return version;
    }

    private static void addType(ValueType type, List<ElementType> into) {
        if (type instanceof ValueType.TensorType tensor) {
            into.add(tensor.element());
        }
    }

    private static int ofType(ElementType type) {
        return switch (type) {
            case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ -> 9;
            case UINT4, INT4 -> 10;
            case FLOAT4E2M1 -> 11;
            case BFLOAT16 -> 4;
            case FLOAT,
                    UINT8,
                    INT8,
                    UINT16,
                    INT16,
                    INT32,
                    INT64,
                    STRING,
                    BOOL,
                    FLOAT16,
                    DOUBLE,
                    UINT32,
                    UINT64,
                    COMPLEX64,
                    COMPLEX128 -> FIRST;
        };
    }
}
