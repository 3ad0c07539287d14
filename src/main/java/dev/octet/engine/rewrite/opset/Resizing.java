package dev.octet.engine.rewrite.opset;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Upsample and Resize to the Resize of 13.
 *
 * <p>Both computed x_in = x_out / scale ("asymmetric"). With mode nearest they took the element before that position when growing and,
 * as ONNX Runtime has it, the one after when shrinking.
 */
final class Resizing {

    private Resizing() {}

    /** 7 and 9: scales, all at least 1, were an attribute, then an input; deprecated in 10. */
    static List<Node> upsample(Node node, Scope scope) {
        if (scope.from() >= 10) {
            return scope.refuse(node, "it was withdrawn in version 10");
        }
        String scales = node.input(1);
        if (scope.from() < 9) {
            List<Float> values = node.attributes().get("scales") instanceof Attribute.OfFloats(List<Float> floats)
                    ? floats
                    : List.of();
            scales = scope.addConstant(node.id() + "_scales", vector(values));
        }
        return List.of(asymmetric(node.withoutAttribute("scales"), node.input(0), scales, "floor", node.output(0)));
    }

    static List<Node> resize(Node node, Scope scope) {
        return scope.from() < 11 ? fromTen(node, scope) : fromEleven(node, scope);
    }

    private static List<Node> fromTen(Node node, Scope scope) {
        String scales = node.input(1);
        String y = node.output(0);
        if (!node.stringAttribute("mode", "nearest").equals("nearest")) {
            return List.of(asymmetric(node, node.input(0), scales, "floor", y));
        }
        Optional<float[]> known = scope.constant(scales)
                .filter(t -> t.type() == ElementType.FLOAT)
                .map(Tensor::toFloats);
        if (known.isPresent() && all(known.get(), 1, Float.MAX_VALUE)) {
            return List.of(asymmetric(node, node.input(0), scales, "floor", y));
        }
        if (known.isPresent() && all(known.get(), 0, 1)) {
            return List.of(asymmetric(node, node.input(0), scales, "ceil", y));
        }
        String one = scope.addConstant(y + "_one", vector(List.of(1f)));
        String up = scope.freshName(y + "_scales_up");
        String down = scope.freshName(y + "_scales_down");
        String grown = scope.freshName(y + "_grown");
        return List.of(
                Node.of(node.label() + "_scales_up", "Max", List.of(scales, one), List.of(up)),
                Node.of(node.label() + "_scales_down", "Min", List.of(scales, one), List.of(down)),
                asymmetric(node, node.input(0), up, "floor", grown).withName(node.label() + "_grow"),
                asymmetric(node, grown, down, "ceil", y));
    }

    /** 11 to 13: empty tensors that stood for absent inputs may be left out; one coordinate mode was withdrawn. */
    private static List<Node> fromEleven(Node node, Scope scope) {
        List<String> inputs = new ArrayList<>(node.inputs());
        for (int i = 1; i < inputs.size(); i++) {
            if (i < 3
                    && scope.constant(inputs.get(i))
                            .filter(t -> t.elements() == 0)
                            .isPresent()) {
                inputs.set(i, "");
            }
        }
        Node kept = node.withInputs(inputs);
        if (!node.stringAttribute("coordinate_transformation_mode", "half_pixel")
                .equals("tf_half_pixel_for_nn")) {
            return List.of(kept);
        }
        // floor(v) of the withdrawn v = (x + 0.5) / scale is half_pixel's v - 0.5 rounded to nearest, halves up
        if (node.stringAttribute("mode", "nearest").equals("nearest")
                && node.stringAttribute("nearest_mode", "round_prefer_floor").equals("floor")) {
            Node half = Inputs.text(kept, "coordinate_transformation_mode", "half_pixel");
            return List.of(Inputs.text(half, "nearest_mode", "round_prefer_ceil"));
        }
        return scope.refuse(node, "coordinate_transformation_mode tf_half_pixel_for_nn is gone in version 13");
    }

    private static Node asymmetric(Node node, String x, String scales, String nearest, String y) {
        Node resize = node.withOp("Resize").withInputs(List.of(x, "", scales)).withOutputs(List.of(y));
        Node placed = Inputs.text(resize, "coordinate_transformation_mode", "asymmetric");
        return Inputs.text(placed, "nearest_mode", nearest);
    }

    private static boolean all(float[] scales, float low, float high) {
        for (float scale : scales) {
            if (!(scale >= low && scale <= high)) {
                return false;
            }
        }
        return true;
    }

    private static Tensor vector(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return Tensor.ofFloats(array, array.length);
    }
}
