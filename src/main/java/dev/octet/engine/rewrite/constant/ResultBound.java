package dev.octet.engine.rewrite.constant;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.scheme.ElementType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An upper bound of the elements that constant operations can yield, known before they run.
 *
 * <p>A model of a few bytes can ask for terabytes (Expand, or an outer product); what has no small bound is never run.
 */
public final class ResultBound {

    /** What an operation without a bound counts as. */
    public static final long UNBOUNDED = Long.MAX_VALUE;

    /** More dimensions than the runtime gives any tensor. */
    private static final int MOST_DIMENSIONS = 64;

    /** Operators with no more elements in each output than in their first input. */
    private static final Set<String> FIRST_INPUT = words("""
        Identity Cast CastLike Reshape Transpose Squeeze Unsqueeze Flatten Slice Split Abs Neg Ceil Floor Round Sqrt Exp Log
        Reciprocal Relu Sigmoid Tanh Erf Sign Not Sin Cos Tan Atan Clip HardSigmoid LeakyRelu Elu Softplus Shrink IsNaN IsInf
        ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSum ReduceLogSumExp
        ArgMax ArgMin CumSum Softmax LogSoftmax DepthToSpace SpaceToDepth Trilu TopK\
        """);

    /** Operators that broadcast their inputs against each other. */
    private static final Set<String> BROADCASTING = words("""
        Add Sub Mul Div Pow Mod Min Max Mean Sum And Or Xor Equal Less Greater LessOrEqual GreaterOrEqual Where PRelu
        BitShift\
        """);

    private final Graph graph;
    private final Map<String, Long> elements = new HashMap<>();

    public ResultBound(Graph graph) {
        this.graph = graph;
    }

    /** The bound of each output of {@code node}, whose inputs are constants or were asked about before. */
    public long of(Node node) {
        long bound = outputs(node);
        node.outputs().forEach(output -> elements.put(output, bound));
        return bound;
    }

    private long outputs(Node node) {
        long product = node.inputs().stream()
                .filter(i -> !i.isEmpty())
                .mapToLong(this::bound)
                .reduce(1, ResultBound::times);
        if (node.op().equals("Shape") || node.op().equals("Size")) {
            return MOST_DIMENSIONS;
        }
        if (node.op().equals("NonZero")) {
            return times(bound(node.input(0)), MOST_DIMENSIONS);
        }
        if (FIRST_INPUT.contains(node.op())) {
            return bound(node.input(0));
        }
        if (BROADCASTING.contains(node.op())) {
            return Math.min(product, broadcast(node.inputs()));
        }
        return switch (node.op()) {
            case "Concat" -> node.inputs().stream().mapToLong(this::bound).reduce(0, ResultBound::plus);
            case "MatMul", "Gather", "GatherElements", "GatherND", "Gemm" -> product;
            case "ConstantOfShape", "Expand" ->
                graph.constant(node.input(node.op().equals("Expand") ? 1 : 0))
                        .filter(shape -> shape.type() == ElementType.INT64 && shape.elements() <= MOST_DIMENSIONS)
                        .map(shape -> times(
                                Arrays.stream(shape.toLongs())
                                        .map(d -> Math.max(d, 1))
                                        .reduce(1, ResultBound::times),
                                node.op().equals("Expand") ? bound(node.input(0)) : 1))
                        .orElse(UNBOUNDED);
            case "Range" -> range(node);
            default -> UNBOUNDED;
        };
    }

    private long range(Node node) {
        long[] values = new long[3];
        for (int i = 0; i < 3; i++) {
            Tensor constant = graph.constant(node.input(i)).orElse(null);
            if (constant == null || constant.type() != ElementType.INT64 || constant.elements() != 1) {
                return UNBOUNDED;
            }
            values[i] = constant.toLongs()[0];
        }
        double count = ((double) values[1] - values[0]) / values[2];
        return Double.isNaN(count) ? UNBOUNDED : (long) Math.max(1, Math.ceil(count));
    }

    /** The elements after broadcasting, where all shapes are known; else {@link #UNBOUNDED}. */
    private long broadcast(List<String> inputs) {
        long[] widest = new long[MOST_DIMENSIONS];
        Arrays.fill(widest, 1);
        for (String input : inputs) {
            if (!(graph.typeOf(input) instanceof ValueType.TensorType tensor) || tensor.shape() == null) {
                return UNBOUNDED;
            }
            List<Dim> shape = tensor.shape().reversed();
            if (shape.size() > widest.length || !shape.stream().allMatch(Dim::isKnown)) {
                return UNBOUNDED;
            }
            for (int i = 0; i < shape.size(); i++) {
                widest[i] = Math.max(widest[i], shape.get(i).size());
            }
        }
        return Arrays.stream(widest).reduce(1, ResultBound::times);
    }

    private long bound(String value) {
        Tensor constant = graph.constant(value).orElse(null);
        return constant != null ? Math.max(1, constant.elements()) : elements.getOrDefault(value, UNBOUNDED);
    }

    private static Set<String> words(String text) {
        return Pattern.compile("\\s+").splitAsStream(text.strip()).collect(Collectors.toUnmodifiableSet());
    }

    private static long plus(long a, long b) {
        return a > UNBOUNDED - b ? UNBOUNDED : a + b;
    }

    private static long times(long a, long b) {
        return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? UNBOUNDED : a * b;
    }
}
