package dev.octet.engine.rewrite.plain;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes an Einsum that multiplies by a constant matrix as the MatMul that it is.
 *
 * <pre>
 * before:  x, W -> Einsum("bij,jk->bik") -> y
 * after:   x, W -> MatMul -> y
 * with "bij,kj->bik" or "...j,kj->...k" W is transposed before
 * </pre>
 */
public final class EinsumToMatMul implements Rewrite {

    @Override
    public String title() {
        return "write Einsums as MatMuls";
    }

    @Override
    public Result apply(Model model) {
        Graph graph = model.graph();
        GraphEditor editor = new GraphEditor(graph);
        List<String> notes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Optional<List<Node>> product = node.is("Einsum") ? product(node, graph, editor) : Optional.empty();
            if (product.isPresent()) {
                editor.replace(node, product.get());
                notes.add(node.label() + " is a MatMul");
            }
        }
        return notes.isEmpty()
                ? new Result(model, List.of("skipped: no Einsum multiplies by a constant matrix"))
                : new Result(model.withGraph(editor.build()), notes);
    }

    private static Optional<List<Node>> product(Node node, Graph graph, GraphEditor editor) {
        Optional<Tensor> matrix = graph.constant(node.input(1))
                .filter(constant -> constant.rank() == 2 && constant.type().isFloatingPoint());
        String equation = node.stringAttribute("equation", "").replace(" ", "");
        int comma = equation.indexOf(',');
        int arrow = equation.indexOf("->");
        if (matrix.isEmpty() || node.inputs().size() != 2 || comma < 1 || arrow < comma) {
            return Optional.empty();
        }
        String left = equation.substring(0, comma);
        String right = equation.substring(comma + 1, arrow);
        String result = equation.substring(arrow + 2);
        // MatMul takes a vector for something else, so what is multiplied needs two axes.
        if (right.length() != 2 || left.length() < 2 || hasTwice(left) || result.isEmpty()) {
            return Optional.empty();
        }
        char summed = left.charAt(left.length() - 1);
        boolean transposed = right.charAt(1) == summed;
        char made = right.charAt(transposed ? 0 : 1);
        boolean isProduct = right.indexOf(summed) >= 0
                && Character.isLetter(summed)
                && Character.isLetter(made)
                && left.indexOf(made) < 0
                && result.equals(left.substring(0, left.length() - 1) + made);
        if (!isProduct) {
            return Optional.empty();
        }
        List<Node> nodes = new ArrayList<>();
        String weights = node.input(1);
        if (transposed) {
            weights = editor.freshName(weights + "_transposed");
            nodes.add(Node.of(node.label() + "_Transpose", "Transpose", List.of(node.input(1)), List.of(weights))
                    .withAttribute("perm", Attribute.of(List.of(1L, 0L))));
        }
        nodes.add(Node.of(node.name(), "MatMul", List.of(node.input(0), weights), node.outputs()));
        return Optional.of(nodes);
    }

    private static boolean hasTwice(String labels) {
        String letters = labels.replace(".", "");
        return letters.chars().distinct().count() != letters.length();
    }
}
