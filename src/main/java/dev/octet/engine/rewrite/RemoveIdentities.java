package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.scheme.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Removes operations that hand on their input unchanged, and those whose results nobody takes.
 *
 * <pre>
 * before:  x -> Conv -> h -> Dropout -> d -> Identity -> i -> Relu -> y;  h -> Conv -> taken by nobody
 * after:   x -> Conv -> h -> Relu -> y
 * removed: Identity, Dropout in inference, Cast to the same type, Transpose and Reshape that change nothing, Pad by zero
 * </pre>
 *
 * <p>An output of the graph keeps its name: the operation before takes it over, or the identity stays where there is none that could.
 */
public final class RemoveIdentities implements Rewrite {

    @Override
    public String title() {
        return "remove what does nothing";
    }

    @Override
    public Result apply(Model model) {
        Map<String, Integer> removed = new TreeMap<>();
        Graph needed = new GraphEditor(model.graph()).build();
        int unused = model.graph().nodes().size() - needed.nodes().size();
        Graph graph = removeInner(needed, removed);
        graph = removeLast(graph, removed);
        if (removed.isEmpty() && unused == 0) {
            return new Result(model, List.of("skipped: every operation changes its input and is needed"));
        }
        List<String> notes = new ArrayList<>();
        if (unused > 0) {
            notes.add("removed " + unused + " nodes whose results nobody takes");
        }
        removed.forEach((op, count) -> notes.add("removed " + count + " " + op));
        return new Result(model.withGraph(graph), notes);
    }

    /** Removes those whose result is no output of the graph: who used it uses what went in. */
    private static Graph removeInner(Graph graph, Map<String, Integer> removed) {
        GraphEditor editor = new GraphEditor(graph);
        Uses uses = Uses.of(graph);
        boolean changed = false;
        for (Node node : graph.nodes()) {
            if (isIdentity(graph, uses, node) && !graph.isOutput(node.output(0))) {
                editor.remove(node).redirect(node.output(0), node.input(0));
                removed.merge(node.op(), 1, Integer::sum);
                changed = true;
            }
        }
        return changed ? editor.build() : graph;
    }

    /** Removes those that yield an output of the graph: what made their input makes the output instead. */
    private static Graph removeLast(Graph graph, Map<String, Integer> removed) {
        GraphEditor editor = new GraphEditor(graph);
        Uses uses = Uses.of(graph);
        Set<Node> touched = new HashSet<>();
        for (Node node : graph.nodes()) {
            String from = node.input(0);
            Node producer = uses.producer(from).orElse(null);
            if (producer == null
                    || !uses.isOutput(node.output(0))
                    || uses.isOutput(from)
                    || touched.contains(producer)
                    || touched.contains(node)
                    || !isIdentity(graph, uses, node)) {
                continue;
            }
            List<String> outputs = producer.outputs().stream()
                    .map(o -> o.equals(from) ? node.output(0) : o)
                    .toList();
            editor.remove(node).replace(producer, List.of(producer.withOutputs(outputs)));
            editor.redirect(from, node.output(0));
            touched.addAll(List.of(producer, node));
            removed.merge(node.op(), 1, Integer::sum);
        }
        return touched.isEmpty() ? graph : removeLast(editor.build(), removed);
    }

    private static boolean isIdentity(Graph graph, Uses uses, Node node) {
        if (!node.domain().isEmpty() || !node.hasInput(0)) {
            return false;
        }
        return switch (node.op()) {
            case "Identity" -> true;
            case "Dropout" -> isInference(graph, node) && isUnused(graph, uses, node.output(1));
            case "Cast" ->
                tensor(graph, node.input(0))
                        .filter(t -> t.element().onnxCode() == node.intAttribute("to", -1))
                        .isPresent();
            case "Transpose" -> isOrdered(node.intsAttribute("perm", List.of()));
            case "Reshape" -> graph.isInput(node.input(0)) && keepsShape(graph, node);
            case "Pad" ->
                graph.constant(node.input(1))
                        .filter(pads -> pads.type() == ElementType.INT64 && pads.elements() > 0)
                        .filter(pads -> Arrays.stream(pads.toLongs()).allMatch(p -> p == 0))
                        .isPresent();
            default -> false;
        };
    }

    private static boolean isInference(Graph graph, Node dropout) {
        return !dropout.hasInput(2)
                || graph.constant(dropout.input(2))
                        .filter(mode -> mode.elements() == 1 && mode.type() == ElementType.BOOL)
                        .filter(mode -> mode.toLongs()[0] == 0)
                        .isPresent();
    }

    private static boolean isUnused(Graph graph, Uses uses, String value) {
        return value.isEmpty() || (uses.consumers(value).isEmpty() && !graph.isOutput(value));
    }

    private static boolean isOrdered(List<Long> perm) {
        for (int i = 0; i < perm.size(); i++) {
            if (perm.get(i) != i) {
                return false;
            }
        }
        return !perm.isEmpty();
    }

    /** Whether the shape asked for is the shape that the runtime holds the graph's input to. */
    private static boolean keepsShape(Graph graph, Node reshape) {
        Optional<Tensor> wanted = graph.constant(reshape.input(1)).filter(t -> t.type() == ElementType.INT64);
        Optional<ValueType.TensorType> given = tensor(graph, reshape.input(0))
                .filter(t -> wanted.isPresent() && t.rank() == wanted.get().elements());
        if (given.isEmpty() || given.get().shape() == null) {
            return false;
        }
        long[] shape = wanted.get().toLongs();
        int inferred = 0;
        for (int i = 0; i < shape.length; i++) {
            boolean same = shape[i] == given.get().shape().get(i).size() && shape[i] > 0;
            boolean copied = shape[i] == 0 && reshape.intAttribute("allowzero", 0) == 0;
            inferred += shape[i] == -1 ? 1 : 0;
            if (!same && !copied && shape[i] != -1) {
                return false;
            }
        }
        return inferred <= 1;
    }

    private static Optional<ValueType.TensorType> tensor(Graph graph, String value) {
        return graph.typeOf(value) instanceof ValueType.TensorType tensor ? Optional.of(tensor) : Optional.empty();
    }
}
