package dev.octet.engine.rewrite.opset;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Attributes that became inputs. */
final class Inputs {

    private Inputs() {}

    /** An attribute of integers that became input {@code position}; a node without it is left alone. */
    static Adapter longs(String attribute, int position) {
        return (node, scope) -> {
            if (!node.attributes().containsKey(attribute)) {
                return List.of(node);
            }
            List<Long> values = node.intsAttribute(attribute, List.of());
            Node bare = node.withoutAttribute(attribute);
            return List.of(
                    values.isEmpty()
                            ? bare
                            : input(bare, position, scope.addLongs(node.id() + "_" + attribute, values)));
        };
    }

    /** 1 to 10: {@code starts}, {@code ends} and {@code axes} became inputs. */
    static List<Node> slice(Node node, Scope scope) {
        List<Long> starts = node.intsAttribute("starts", List.of());
        List<Long> axes = node.intsAttribute(
                "axes", LongStream.range(0, starts.size()).boxed().toList());
        Node bare = node.withoutAttribute("starts").withoutAttribute("ends").withoutAttribute("axes");
        return List.of(bare.withInputs(List.of(
                node.input(0),
                scope.addLongs(node.id() + "_starts", starts),
                scope.addLongs(node.id() + "_ends", node.intsAttribute("ends", List.of())),
                scope.addLongs(node.id() + "_axes", axes))));
    }

    /** 1 to 10: {@code k} became an input, a vector of one. */
    static List<Node> topK(Node node, Scope scope) {
        String k = scope.addLongs(node.id() + "_k", List.of(node.intAttribute("k", 0)));
        return List.of(input(node.withoutAttribute("k"), 1, k));
    }

    /** 2 to 11: {@code pads} and {@code value} became inputs. */
    static List<Node> pad(Node node, Scope scope) {
        List<Node> nodes = new ArrayList<>();
        Node padded = input(
                node.withoutAttribute("pads").withoutAttribute("value"),
                1,
                scope.addLongs(node.id() + "_pads", node.intsAttribute("pads", List.of())));
        float value = node.floatAttribute("value", 0);
        if (value != 0) {
            padded = input(padded, 2, scalar(node, "value", value, scope, nodes));
        }
        nodes.add(padded);
        return nodes;
    }

    /** 6 to 11: {@code min} and {@code max} became inputs of the clipped value's type. */
    static List<Node> clip(Node node, Scope scope) {
        List<Node> nodes = new ArrayList<>();
        Node clipped = node.withoutAttribute("min").withoutAttribute("max");
        if (node.attributes().containsKey("min")) {
            clipped = input(clipped, 1, scalar(node, "min", node.floatAttribute("min", 0), scope, nodes));
        }
        if (node.attributes().containsKey("max")) {
            clipped = input(clipped, 2, scalar(node, "max", node.floatAttribute("max", 0), scope, nodes));
        }
        nodes.add(clipped);
        return nodes;
    }

    /** A scalar of the type of the node's first input; where that type is not known, one converted at run time. */
    private static String scalar(Node node, String attribute, float value, Scope scope, List<Node> before) {
        String wish = node.id() + "_" + attribute;
        ElementType type = scope.elementType(node.input(0));
        if (type != null && type.isFloatingPoint()) {
            return scope.addConstant(wish, Tensor.of(type, new long[0], bytes(type, value)));
        }
        String single = scope.addConstant(wish, Tensor.ofFloats(new float[] {value}));
        String converted = scope.freshName(wish + "_converted");
        before.add(Node.of(
                node.label() + "_" + attribute, "CastLike", List.of(single, node.input(0)), List.of(converted)));
        return converted;
    }

    private static MemorySegment bytes(ElementType type, float value) {
        MemorySegment data = MemorySegment.ofArray(new byte[(int) type.bytes(1)]);
        ByteOrder order = ByteOrder.LITTLE_ENDIAN;
        switch (type) {
            case FLOAT -> data.set(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order), 0, value);
            case DOUBLE -> data.set(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(order), 0, value);
            case FLOAT16 -> data.set(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), 0, Float.floatToFloat16(value));
            default ->
                data.set(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), 0, (short)
                        (Float.floatToIntBits(value) >>> 16));
        }
        return data;
    }

    private static Node input(Node node, int position, String value) {
        List<String> inputs = new ArrayList<>(node.inputs());
        while (inputs.size() <= position) {
            inputs.add("");
        }
        inputs.set(position, value);
        return node.withInputs(inputs);
    }

    /** The node with {@code attribute} set to {@code text}. */
    static Node text(Node node, String attribute, String text) {
        return node.withAttribute(attribute, Attribute.of(text));
    }
}
