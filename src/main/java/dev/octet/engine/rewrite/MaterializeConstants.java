package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Bytes;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns Constant nodes into initializers of the same name.
 *
 * <pre>
 * before:  Constant(value=W) -> w;  x, w -> Conv -> y
 * after:   x, w -> Conv -> y,  w among the initializers
 * </pre>
 *
 * <p>All forms but sparse ones: {@code value}, {@code value_float(s)}, {@code value_int(s)}, {@code value_string(s)}; bodies of If,
 * Loop and Scan too. A Constant that is itself an output of its graph stays, so that each output keeps a producer.
 */
public final class MaterializeConstants implements Rewrite {

    @Override
    public String title() {
        return "turn Constant nodes into initializers";
    }

    @Override
    public Result apply(Model model) {
        List<String> notes = new ArrayList<>();
        int[] turned = {0};
        Graph graph = materialize(model.graph(), turned, notes);
        if (turned[0] == 0) {
            notes.add("skipped: no Constant node holds a dense value that is not an output itself");
            return new Result(model, notes);
        }
        notes.addFirst(turned[0] + " Constant nodes became initializers");
        return new Result(model.withGraph(graph), notes);
    }

    private static Graph materialize(Graph graph, int[] turned, List<String> notes) {
        int before = turned[0];
        List<Node> nodes = new ArrayList<>();
        Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
        for (Node node : graph.nodes()) {
            Tensor value = node.is("Constant") ? value(node) : null;
            if (value != null && !graph.isOutput(node.output(0))) {
                initializers.put(node.output(0), value);
                turned[0]++;
                continue;
            }
            if (node.is("Constant")) {
                notes.add("skipped " + node.label() + ": "
                        + (value == null ? "its value is not a dense tensor" : "it is an output of the graph"));
            }
            nodes.add(node.mapSubgraphs(body -> materialize(body, turned, notes)));
        }
        return turned[0] == before ? graph : graph.withNodes(nodes).withInitializers(initializers);
    }

    /** The tensor that a Constant node gives; null where it is sparse, or a function's attribute. */
    static @Nullable Tensor value(Node constant) {
        for (Map.Entry<String, Attribute> attribute : constant.attributes().entrySet()) {
            Tensor value = value(attribute.getKey(), attribute.getValue());
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static @Nullable Tensor value(String name, Attribute attribute) {
        if (!name.startsWith("value")) {
            return null;
        }
        return switch (attribute) {
            case Attribute.OfTensor(Tensor tensor) -> tensor;
            case Attribute.OfFloat(float value) -> Tensor.ofFloats(new float[] {value});
            case Attribute.OfInt(long value) -> Tensor.ofLongs(new long[] {value});
            case Attribute.OfString(Bytes value) -> Tensor.ofStrings(new long[0], List.of(value));
            case Attribute.OfFloats(List<Float> values) -> floats(values);
            case Attribute.OfInts(List<Long> values) ->
                Tensor.ofLongs(values.stream().mapToLong(Long::longValue).toArray(), values.size());
            case Attribute.OfStrings(List<Bytes> values) -> Tensor.ofStrings(new long[] {values.size()}, values);
            case Attribute.OfGraph _,
                    Attribute.OfGraphs _,
                    Attribute.OfTensors _,
                    Attribute.Reference _,
                    Attribute.Opaque _ -> null;
        };
    }

    private static Tensor floats(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return Tensor.ofFloats(array, array.length);
    }
}
