package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.scheme.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Recognises hard sigmoid and hard swish written out as arithmetic.
 *
 * <pre>
 * before:  x ─ Add(3) ─ Clip(0, 6) ─ Div(6) ─ y              y = clip(x + 3, 0, 6) / 6
 * after:   x ─ HardSigmoid(1/6, 1/2) ─ y
 *
 * before:  x ─┬─ Add(3) ─ Clip(0, 6) ─┬─ Mul ─ Div(6) ─ y    y = x · clip(x + 3, 0, 6) / 6
 *             └───────────────────────┘
 * after:   x ─┬─ HardSigmoid(1/6, 1/2) ─┬─ Mul ─ y
 *             └─────────────────────────┘
 * </pre>
 *
 * <p>Two passes over the values instead of four, and in a form that has an INT8 counterpart (see {@link InsertQdq}); the operator
 * HardSwish is written as the second. Howard et al. 2019, "Searching for MobileNetV3", arXiv 1905.02244, section 5.2. Exact up to
 * rounding.
 */
public final class FuseHardSigmoid implements Rewrite {

    private static final double TOLERANCE = 1e-5;

    /** A clip of {@code input + shift} to [0, {@code top}]. */
    private record Clipped(Node add, Node clip, String input, double shift, double top) {}

    @Override
    public String title() {
        return "recognise hard sigmoids";
    }

    @Override
    public Result apply(Model model) {
        Graph graph = model.graph();
        Uses uses = Uses.of(graph);
        GraphEditor editor = new GraphEditor(graph);
        List<String> notes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            boolean done = node.is("HardSwish")
                    ? expand(node, editor)
                    : clipped(node, graph, uses)
                            .map(clipped -> fuse(clipped, graph, uses, editor))
                            .orElse(false);
            if (done) {
                notes.add("rewrote " + node.label());
            }
        }
        return notes.isEmpty()
                ? new Result(model, List.of("skipped: nothing is clipped between 0 and a constant behind an addition"))
                : new Result(model.withGraph(editor.build()), notes);
    }

    private static boolean expand(Node swish, GraphEditor editor) {
        String gate = editor.freshName(swish.output(0) + "_gate");
        editor.replace(
                swish,
                List.of(
                        hardSigmoid(swish.label() + "_HardSigmoid", swish.input(0), gate, 1 / 6f, 0.5f),
                        Node.of(swish.name(), "Mul", List.of(swish.input(0), gate), swish.outputs())));
        return true;
    }

    private static Optional<Clipped> clipped(Node clip, Graph graph, Uses uses) {
        if (!clip.is("Clip") || scalar(graph, clip.input(1)).orElse(Double.NaN) != 0) {
            return Optional.empty();
        }
        OptionalDouble top = clip.hasInput(2) ? scalar(graph, clip.input(2)) : OptionalDouble.empty();
        Optional<Node> add = uses.producer(clip.input(0))
                .filter(node -> node.is("Add") && FoldBatchNorm.isOnlyUse(graph, uses, node.output(0)));
        if (top.isEmpty() || !(top.getAsDouble() > 0) || add.isEmpty()) {
            return Optional.empty();
        }
        for (int i = 0; i < 2; i++) {
            OptionalDouble shift = scalar(graph, add.get().input(i));
            if (shift.isPresent() && scalar(graph, add.get().input(1 - i)).isEmpty()) {
                return Optional.of(
                        new Clipped(add.get(), clip, add.get().input(1 - i), shift.getAsDouble(), top.getAsDouble()));
            }
        }
        return Optional.empty();
    }

    private static boolean fuse(Clipped clipped, Graph graph, Uses uses, GraphEditor editor) {
        String clip = clipped.clip().output(0);
        if (!FoldBatchNorm.isOnlyUse(graph, uses, clip)) {
            return false;
        }
        Node next = uses.consumers(clip).getFirst();
        if (divides(next, clip, clipped.top(), graph)) {
            editor.remove(clipped.add())
                    .remove(clipped.clip())
                    .replace(next, List.of(of(clipped, next.name(), next.output(0))));
            return true;
        }
        if (!next.is("Mul") || !FoldBatchNorm.isOnlyUse(graph, uses, next.output(0))) {
            return false;
        }
        Node last = uses.consumers(next.output(0)).getFirst();
        if (!divides(last, next.output(0), clipped.top(), graph)) {
            return false;
        }
        String other = next.input(next.input(0).equals(clip) ? 1 : 0);
        String gate = editor.freshName(clip + "_gate");
        editor.remove(clipped.add())
                .remove(clipped.clip())
                .remove(next)
                .replace(
                        last,
                        List.of(
                                of(clipped, clipped.clip().label() + "_HardSigmoid", gate),
                                next.withInputs(List.of(other, gate)).withOutputs(last.outputs())));
        return true;
    }

    private static Node of(Clipped clipped, String name, String output) {
        return hardSigmoid(
                name, clipped.input(), output, (float) (1 / clipped.top()), (float) (clipped.shift() / clipped.top()));
    }

    private static Node hardSigmoid(String name, String input, String output, float alpha, float beta) {
        return Node.of(name, "HardSigmoid", List.of(input), List.of(output))
                .withAttribute("alpha", Attribute.of(alpha))
                .withAttribute("beta", Attribute.of(beta));
    }

    /** Whether {@code node} takes {@code value} to its part of {@code top}. */
    private static boolean divides(Node node, String value, double top, Graph graph) {
        if (node.is("Div") && node.input(0).equals(value)) {
            OptionalDouble by = scalar(graph, node.input(1));
            return by.isPresent() && Math.abs(by.getAsDouble() / top - 1) < TOLERANCE;
        }
        if (node.is("Mul")) {
            OptionalDouble by = scalar(graph, node.input(node.input(0).equals(value) ? 1 : 0));
            return by.isPresent() && Math.abs(by.getAsDouble() * top - 1) < TOLERANCE;
        }
        return false;
    }

    private static OptionalDouble scalar(Graph graph, String value) {
        Optional<Tensor> tensor = graph.constant(value).filter(t -> t.elements() == 1 && t.type() == ElementType.FLOAT);
        return tensor.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(tensor.get().toFloats()[0]);
    }
}
