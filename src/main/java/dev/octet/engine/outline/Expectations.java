package dev.octet.engine.outline;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.plan.OperatorRules;
import dev.octet.engine.plan.Rule;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.ModelOutline.Expectation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What would become of each node of a graph, by the rules for operators alone.
 *
 * <p>A job knows more: it folds first, has types from the runtime, and weighs what integers are worth where.
 */
final class Expectations {
    private static final Set<String> LINEAR = Set.of("Conv", "Gemm", "MatMul");
    private static final Set<String> GONE = Set.of("Identity", "Dropout");
    private static final Set<String> RANDOM = Set.of("RandomNormal", "RandomUniform", "Multinomial");

    /** More outputs than that are looked through for every clamp; what lies behind is left to the job. */
    private static final int MOST_OUTPUTS = 1000;

    /** What is expected, and why. */
    record Fate(Expectation expected, String reason) {}

    private final Graph graph;
    private final Uses uses;
    private final OperatorRules rules;
    private final Set<String> functions;
    private final Set<String> constants;

    /** @param functions operators that the model itself defines */
    Expectations(Graph graph, Set<String> functions) {
        this.graph = withQuickLookups(graph);
        this.uses = Uses.of(this.graph);
        this.rules = new OperatorRules(this.graph, uses);
        this.functions = functions;
        this.constants = new HashSet<>(this.graph.initializers().keySet());
    }

    /** A graph looks through its inputs for each question; as types of inner values they are found at once. */
    private static Graph withQuickLookups(Graph graph) {
        Map<String, Tensor> constants = new HashMap<>(graph.initializers());
        graph.inputs().forEach(input -> constants.remove(input.name()));
        List<Value> outputs = graph.outputs()
                .subList(0, Math.min(MOST_OUTPUTS, graph.outputs().size()));
        return new Graph(graph.name(), List.of(), outputs, graph.nodes(), constants, LikelyTypes.of(graph));
    }

    /** What would become of the next node, asked for in the graph's order. */
    Fate of(Node node) {
        if (functions.contains(node.op()) && !node.domain().isEmpty()) {
            return new Fate(Expectation.FUSED, "a function of the model; its own nodes take its place");
        }
        if (isComputedOnce(node)) {
            constants.addAll(node.outputs());
            return new Fate(Expectation.FUSED, "reads constants only; computed once, before quantizing");
        }
        if (node.domain().isEmpty() && GONE.contains(node.op())) {
            return new Fate(Expectation.FUSED, "changes nothing in inference and is removed");
        }
        if (node.is("BatchNormalization") && followsLinear(node)) {
            return new Fate(Expectation.FUSED, "goes into the weights of the layer before it");
        }
        if (node.domain().isEmpty() && LINEAR.contains(node.op()) && hasHalfWeights(node)) {
            return new Fate(Expectation.QUANTIZED, "");
        }
        if (computesNoNumbers(node)) {
            return new Fate(
                    Expectation.FLOAT, "computes sizes, indices or truth values, which there is nothing to gain on");
        }
        Rule rule = rules.rule(node);
        return rule.quantizable() ? new Fate(Expectation.QUANTIZED, "") : new Fate(Expectation.FLOAT, rule.reason());
    }

    /** What becomes of the nodes in the body of {@code owner}. */
    static Fate inBody(Node owner) {
        return new Fate(Expectation.FLOAT, "inside of the body of a node, " + owner.op() + ", nothing is quantized");
    }

    private boolean isComputedOnce(Node node) {
        return !node.inputs().isEmpty()
                && node.subgraphs().isEmpty()
                && !RANDOM.contains(node.op())
                && node.inputs().stream().allMatch(input -> input.isEmpty() || constants.contains(input));
    }

    /** Whether its first output is known to be of another kind than floating point. */
    private boolean computesNoNumbers(Node node) {
        return graph.typeOf(node.output(0)) instanceof TensorType(ElementType element, var _)
                && !element.isFloatingPoint();
    }

    private boolean followsLinear(Node norm) {
        return uses.producer(norm.input(0))
                .filter(before -> before.domain().isEmpty() && LINEAR.contains(before.op()))
                .filter(before -> uses.onlyConsumer(norm.input(0)).isPresent())
                .isPresent();
    }

    /** Rules are made for 32 bits, which weights of 16 become before any rule is asked. */
    private boolean hasHalfWeights(Node node) {
        return graph.constant(node.input(1))
                .filter(weights -> weights.type() == ElementType.FLOAT16 || weights.type() == ElementType.BFLOAT16)
                .isPresent();
    }
}
