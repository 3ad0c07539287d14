package dev.octet.engine.plan;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.plan.pattern.Attention;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.Encoding;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which operators have INT8 kernels in ONNX Runtime's CPU provider, and under which conditions.
 *
 * <p>From the optimized graphs of ONNX Runtime 1.29: what is listed here was seen to fuse with the Q and DQ around it.
 */
public final class OperatorRules {

    private static final Set<String> MOVEMENT = Set.of(
            "MaxPool", "Reshape", "Transpose", "Flatten", "Squeeze", "Unsqueeze", "Gather", "Expand", "DepthToSpace");

    private static final Set<String> RECURRENT = Set.of("GRU", "RNN");

    /** Operators that the runtime's optimizer puts in at its highest level. */
    private static final String PROCESSOR_LAYOUT = "com.microsoft.nchwc";

    private static final Set<String> FUSED_ATTENTION =
            Set.of("Attention", "MultiHeadAttention", "GroupQueryAttention", "DecoderMaskedMultiHeadAttention");

    /** Nodes of a body that a reason names. */
    private static final int MOST_SHOWN = 20;

    private final Graph graph;
    private final Uses uses;
    private final Attention attention;

    public OperatorRules(Graph graph, Uses uses) {
        this.graph = graph;
        this.uses = uses;
        this.attention = Attention.in(graph, uses);
    }

    /** How {@code node} may be quantized, or why it may not. */
    public Rule rule(Node node) {
        if (node.domain().equals(PROCESSOR_LAYOUT)) {
            return Rule.floating(
                    "the runtime laid it out for one processor before the model was saved; give the model as it"
                            + " was before");
        }
        if (FUSED_ATTENTION.contains(node.op()) && !node.domain().isEmpty()) {
            return Rule.floating("a fused attention stays whole, in floating point");
        }
        if (!node.domain().isEmpty()) {
            return Rule.floating("operators of the domain " + node.domain() + " stay in floating point");
        }
        if (!node.subgraphs().isEmpty()) {
            return Rule.floating("inside the body of " + node.op() + " '" + node.label()
                    + "' everything stays in floating point: " + inside(node));
        }
        if (node.op().equals("LSTM")) {
            return lstm(node);
        }
        if (RECURRENT.contains(node.op())) {
            return Rule.floating("the runtime has no INT8 kernel for " + node.op() + ", it has one for LSTM alone");
        }
        if (!isFloat(node.output(0)) || node.outputs().size() > 1) {
            return Rule.floating("does not compute one 32-bit floating-point tensor");
        }
        Optional<String> attended = attention.reason(node);
        if (attended.isPresent()) {
            return Rule.floating(attended.get());
        }
        return switch (node.op()) {
            case "Conv" -> conv(node);
            case "Gemm" -> gemm(node);
            case "MatMul" -> matMul(node);
            case "Relu", "Clip" -> clamp(node);
            case "Add", "Mul" -> binary(node);
            case "GlobalAveragePool", "Sigmoid", "Softmax", "LeakyRelu" -> Rule.of(Role.ARITHMETIC, 0);
            case "HardSigmoid" ->
                node.floatAttribute("alpha", 0.2f) > 0 && node.floatAttribute("beta", 0.5f) > 0
                        ? Rule.of(Role.ARITHMETIC, 0)
                        : Rule.floating("a HardSigmoid with alpha or beta not above 0 has no INT8 form");
            case "AveragePool" ->
                node.intAttribute("ceil_mode", 0) == 0
                        ? Rule.of(Role.ARITHMETIC, 0)
                        : Rule.floating("AveragePool with ceil_mode has no INT8 kernel");
            case "Concat" -> concat(node);
            default -> {
                if (node.is("Gather") && graph.constant(node.input(0)).isPresent()) {
                    yield table(node);
                }
                yield MOVEMENT.contains(node.op()) ? movement(node) : Rule.floating("no INT8 kernel for " + node.op());
            }
        };
    }

    /** The first nodes of the bodies of {@code node}, those with constant weights before others. */
    private static String inside(Node node) {
        List<Node> nodes = node.subgraphs().stream()
                .flatMap(body -> body.nodes().stream())
                .sorted(Comparator.comparing(each -> WeightAxis.of(each) == Encoding.PER_TENSOR))
                .toList();
        String shown = nodes.stream()
                .limit(MOST_SHOWN)
                .map(each -> each.label() + " (" + each.op() + ")")
                .collect(Collectors.joining(", "));
        return nodes.size() > MOST_SHOWN ? shown + " and " + (nodes.size() - MOST_SHOWN) + " more" : shown;
    }

    private Rule conv(Node node) {
        if (!isFloatConstant(node.input(1))) {
            return Rule.floating("its weights are not constant");
        }
        if (node.hasInput(2) && !isFloatConstant(node.input(2))) {
            return Rule.floating("its bias is not constant");
        }
        int rank = graph.constant(node.input(1)).map(Tensor::rank).orElse(0);
        return rank == 3 || rank == 4
                ? Rule.of(Role.COMPUTE, 0)
                : Rule.floating("no INT8 kernel for a convolution over " + (rank - 2) + " dimensions");
    }

    private Rule lstm(Node node) {
        boolean constant = isFloatConstant(node.input(1)) && isFloatConstant(node.input(2));
        if (!constant || node.intAttribute("layout", 0) != 0) {
            return Rule.floating("an LSTM has an INT8 kernel only with constant weights and steps before batch");
        }
        return Rule.recurrent("an LSTM has an INT8 kernel only where its inputs and states are quantized as they come");
    }

    private Rule gemm(Node node) {
        if (!isFloatConstant(node.input(1)) || node.intAttribute("transA", 0) != 0) {
            return Rule.floating("its second factor is not constant or its first is transposed");
        }
        if (node.floatAttribute("alpha", 1f) != 1f || node.floatAttribute("beta", 1f) != 1f) {
            return Rule.floating("alpha and beta other than 1 have no INT8 kernel");
        }
        long columns = graph.constant(node.input(1))
                .map(w -> w.dim(node.intAttribute("transB", 0) != 0 ? 0 : 1))
                .orElse(-1L);
        Optional<Tensor> bias = graph.constant(node.input(2));
        if (node.hasInput(2) && (bias.isEmpty() || bias.get().elements() != columns || !isFloat(node.input(2)))) {
            return Rule.floating("its bias is not one constant a column");
        }
        return Rule.of(Role.COMPUTE_FLOAT_OUT, 0);
    }

    private Rule matMul(Node node) {
        if (isFloatConstant(node.input(0))) {
            return Rule.floating("its constant factor comes first, which the INT8 kernels do not take");
        }
        if (!isFloatConstant(node.input(1))) {
            return Rule.floating("multiplies two activations, which loses more accuracy than it saves time");
        }
        int rank = graph.constant(node.input(1)).map(Tensor::rank).orElse(0);
        return rank == 2
                ? Rule.of(Role.COMPUTE_FLOAT_OUT, 0)
                : Rule.floating("its constant factor has " + rank + " dimensions instead of 2");
    }

    private Rule clamp(Node node) {
        boolean fromZero = node.is("Relu") || (constantScalar(node.input(1)) == 0f && upperBound(node) > 0f);
        if (!fromZero) {
            return Rule.floating("does not clamp at zero");
        }
        String input = node.input(0);
        return uses.consumers(input).size() == 1 && !graph.isOutput(input) && !uses.isCaptured(input)
                ? Rule.of(Role.CLAMP, 0)
                : Rule.floating("the value before the clamp is used elsewhere too");
    }

    /** The upper bound of a Clip; infinity where it has none, NaN where it is not constant. */
    private float upperBound(Node clip) {
        return clip.hasInput(2) ? constantScalar(clip.input(2)) : Float.POSITIVE_INFINITY;
    }

    private float constantScalar(String value) {
        return graph.constant(value)
                .filter(t -> t.elements() == 1 && t.type() == ElementType.FLOAT)
                .map(t -> t.toFloats()[0])
                .orElse(Float.NaN);
    }

    private Rule binary(Node node) {
        return isFloatConstant(node.input(0)) || isFloatConstant(node.input(1))
                ? Rule.floating(node.op() + " with a constant is cheaper in floating point")
                : Rule.of(Role.ARITHMETIC, 0, 1);
    }

    private Rule movement(Node node) {
        return isInitializer(node.input(0))
                ? Rule.floating("moves a constant, which no encoding was calibrated for")
                : Rule.of(Role.MOVEMENT, 0);
    }

    private Rule concat(Node node) {
        return node.inputs().stream().anyMatch(this::isInitializer)
                ? Rule.floating("joins a constant, which no encoding was calibrated for")
                : new Rule(
                        Role.CONCAT,
                        IntStream.range(0, node.inputs().size()).boxed().toList(),
                        "");
    }

    private boolean isInitializer(String value) {
        return graph.initializers().containsKey(value);
    }

    private Rule table(Node node) {
        boolean rows = node.intAttribute("axis", 0) == 0
                && isFloatConstant(node.input(0))
                && graph.constant(node.input(0)).map(Tensor::rank).orElse(0) == 2;
        return rows ? Rule.of(Role.TABLE) : Rule.floating("selects from a constant that is no table of rows");
    }

    /** Whether {@code value} is a constant of 32-bit floats, of which it has some. */
    private boolean isFloatConstant(String value) {
        return graph.constant(value)
                .filter(t -> t.type() == ElementType.FLOAT && t.elements() > 0)
                .isPresent();
    }

    private boolean isFloat(String value) {
        return graph.typeOf(value) instanceof TensorType(ElementType element, var _) && element == ElementType.FLOAT;
    }
}
