package dev.octet.engine.rewrite.plain;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.rewrite.constant.Floats;
import dev.octet.engine.scheme.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives each Gemm with constant weights factors of 1, an untransposed input and a bias of one number a column.
 *
 * <pre>
 * before:  x -> Gemm(W, c, alpha = 0.5, beta = 2, transA = 1) -> y
 * after:   x -> Transpose -> Gemm(0.5 W, 2 c) -> y
 *
 * before:  x -> Gemm(W, C of any other shape, or computed) -> y
 * after:   x -> Gemm(W, 0) -> p;  p, C -> Add -> y
 * </pre>
 *
 * <p>Kernels for integers know no other factors and no other bias. What is multiplied is constant, rounded once.
 */
public final class PlainGemm implements Rewrite {

    @Override
    public String title() {
        return "plain Gemms";
    }

    @Override
    public Result apply(Model model) {
        Graph graph = model.graph();
        GraphEditor editor = new GraphEditor(graph);
        List<String> notes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Optional<List<Node>> plain = node.is("Gemm") ? plain(node, graph, editor) : Optional.empty();
            if (plain.isPresent()) {
                editor.replace(node, plain.get());
                notes.add("made " + node.label() + " plain");
            }
        }
        return notes.isEmpty()
                ? new Result(model, List.of("skipped: every Gemm with constant weights is plain"))
                : new Result(model.withGraph(editor.build()), notes);
    }

    private static Optional<List<Node>> plain(Node node, Graph graph, GraphEditor editor) {
        Tensor weights = floats(graph, node.input(1));
        if (weights == null || weights.rank() != 2) {
            return Optional.empty();
        }
        float alpha = node.floatAttribute("alpha", 1);
        float beta = node.floatAttribute("beta", 1);
        boolean transposed = node.intAttribute("transA", 0) != 0;
        int columns = Math.toIntExact(weights.dim(node.intAttribute("transB", 0) != 0 ? 0 : 1));
        Tensor constant = floats(graph, node.input(2));
        boolean biased = node.hasInput(2) && beta != 0;
        boolean isVector = constant != null && constant.rank() == 1 && constant.dim(0) == columns;
        if (alpha == 1 && beta == 1 && !transposed && (!biased || isVector)) {
            return Optional.empty();
        }
        Optional<Tensor> scaled = Floats.map(weights, (_, value) -> alpha * value);
        boolean isRow = constant != null && (constant.elements() == 1 || isRow(constant, columns));
        Optional<Tensor> bias = biased ? vector(constant, isRow, columns, beta) : Optional.of(zeros(columns));
        if (scaled.isEmpty() || bias.isEmpty()) {
            return Optional.empty();
        }
        List<Node> nodes = new ArrayList<>();
        String input = node.input(0);
        if (transposed) {
            input = editor.freshName(node.input(0) + "_transposed");
            nodes.add(Node.of(node.label() + "_Transpose", "Transpose", List.of(node.input(0)), List.of(input))
                    .withAttribute("perm", Attribute.of(List.of(1L, 0L))));
        }
        boolean apart = biased && !isRow;
        String product = apart ? editor.freshName(node.output(0) + "_product") : node.output(0);
        nodes.add(node.withInputs(List.of(
                        input,
                        alpha == 1 ? node.input(1) : editor.addInitializer(node.input(1) + "_scaled", scaled.get()),
                        editor.addInitializer(node.output(0) + "_bias", bias.get())))
                .withOutputs(List.of(product))
                .withoutAttribute("alpha")
                .withoutAttribute("beta")
                .withoutAttribute("transA"));
        if (apart) {
            nodes.addAll(sum(node, product, beta, editor));
        }
        return Optional.of(nodes);
    }

    /** What the product is added to where that is no vector: times beta, as it is. */
    private static List<Node> sum(Node node, String product, float beta, GraphEditor editor) {
        List<Node> nodes = new ArrayList<>();
        String added = node.input(2);
        if (beta != 1) {
            added = editor.freshName(node.input(2) + "_scaled");
            String by = editor.addInitializer(node.output(0) + "_beta", Tensor.ofFloats(new float[] {beta}));
            nodes.add(Node.of(node.label() + "_Mul", "Mul", List.of(node.input(2), by), List.of(added)));
        }
        nodes.add(Node.of(node.label() + "_Add", "Add", List.of(product, added), node.outputs()));
        return nodes;
    }

    /** Whether {@code bias} has one number a column and is the same for every row. */
    private static boolean isRow(Tensor bias, int columns) {
        return bias.rank() >= 1 && bias.elements() == columns && bias.dim(bias.rank() - 1) == columns;
    }

    private static Optional<Tensor> vector(@Nullable Tensor bias, boolean isRow, int columns, float beta) {
        if (bias == null || !isRow) {
            return Optional.of(zeros(columns));
        }
        double[] values = new double[columns];
        Arrays.setAll(values, c -> beta * Floats.at(bias, bias.elements() == 1 ? 0 : c));
        return Floats.vector(ElementType.FLOAT, values);
    }

    private static Tensor zeros(int columns) {
        return Tensor.ofFloats(new float[columns], columns);
    }

    private static @Nullable Tensor floats(Graph graph, String value) {
        return graph.constant(value)
                .filter(tensor -> tensor.type() == ElementType.FLOAT)
                .orElse(null);
    }
}
