package dev.octet.engine.rewrite.opset;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The table of ONNX's operators from version 7 to 17: since when each exists and what changed incompatibly.
 *
 * <p>From the ONNX operator changelog. An operator without an adapter computes the same in version 17 as in each version from 7 on:
 * its changes added types, or attributes and inputs whose default is the old behaviour.
 */
public final class OperatorHistory {

    /** The lowest version that the table covers. */
    public static final long FIRST = 7;

    /** The version that adapters raise to. */
    public static final long LAST = 17;

    private static final Pattern WORDS = Pattern.compile("\\s+");
    private static final Map<String, Integer> SINCE = new HashMap<>();

    static {
        since(7, """
            Abs Acos Add And ArgMax ArgMin Asin Atan AveragePool BatchNormalization Cast Ceil Clip Concat Constant Conv
            ConvTranspose Cos DepthToSpace Div Dropout Elu Equal Exp Flatten Floor GRU Gather Gemm GlobalAveragePool
            GlobalLpPool GlobalMaxPool Greater HardSigmoid Hardmax Identity If InstanceNormalization LRN LSTM LeakyRelu
            Less Log LogSoftmax Loop LpNormalization LpPool MatMul Max MaxPool MaxRoiPool Mean Min Mul Multinomial Neg
            Not Or PRelu Pad Pow RNN RandomNormal RandomNormalLike RandomUniform RandomUniformLike Reciprocal ReduceL1
            ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare
            Relu Reshape Selu Shape Sigmoid Sin Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub
            Sum Tan Tanh Tile TopK Transpose Unsqueeze Upsample Xor\
            """);
        since(8, "Expand Scan");
        since(9, """
            Acosh Asinh Atanh Compress ConstantOfShape Cosh Erf EyeLike IsNaN MaxUnpool MeanVarianceNormalization
            NonZero OneHot Scatter Shrink Sign Sinh TfIdfVectorizer Where\
            """);
        since(10, """
            ConvInteger DequantizeLinear IsInf MatMulInteger Mod NonMaxSuppression QLinearConv QLinearMatMul
            QuantizeLinear Resize ReverseSequence RoiAlign StringNormalizer ThresholdedRelu\
            """);
        since(11, """
            BitShift ConcatFromSequence CumSum Det DynamicQuantizeLinear GatherElements GatherND Range Round
            ScatterElements ScatterND SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert
            SequenceLength SplitToSequence Unique\
            """);
        since(12, "Celu Einsum GreaterOrEqual LessOrEqual NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss");
    }

    /** What a node says differently in version {@code version} and later. */
    private record Change(long version, Adapter adapter) {}

    private static final Map<String, Change> CHANGES = Map.ofEntries(
            Map.entry("BatchNormalization", new Change(14, OperatorHistory::batchNormalization)),
            Map.entry("Clip", new Change(11, Inputs::clip)),
            Map.entry("Dropout", new Change(12, OperatorHistory::dropout)),
            Map.entry("Hardmax", new Change(13, Flattening::adapt)),
            Map.entry("LogSoftmax", new Change(13, Flattening::adapt)),
            Map.entry("Pad", new Change(11, Inputs::pad)),
            Map.entry("ReduceSum", new Change(13, Inputs.longs("axes", 1))),
            Map.entry("Resize", new Change(13, Resizing::resize)),
            Map.entry("RoiAlign", new Change(16, OperatorHistory::roiAlign)),
            Map.entry(
                    "Scan", new Change(9, (node, scope) -> scope.refuse(node, "its batch axis is gone in version 9"))),
            Map.entry("Scatter", new Change(11, (node, _) -> List.of(node.withOp("ScatterElements")))),
            Map.entry("Slice", new Change(10, Inputs::slice)),
            Map.entry("Softmax", new Change(13, Flattening::adapt)),
            Map.entry("Split", new Change(13, Inputs.longs("split", 1))),
            Map.entry("Squeeze", new Change(13, Inputs.longs("axes", 1))),
            Map.entry("TopK", new Change(10, Inputs::topK)),
            Map.entry("Unsqueeze", new Change(13, Inputs.longs("axes", 1))),
            Map.entry("Upsample", new Change(LAST, Resizing::upsample)));

    private OperatorHistory() {}

    private static void since(int version, String operators) {
        WORDS.splitAsStream(operators).forEach(operator -> SINCE.put(operator, version));
    }

    /** The nodes of version {@link #LAST} for one of an earlier version; other domains' nodes stay as they are. */
    public static List<Node> raise(Node node, Scope scope) {
        if (!node.domain().isEmpty()) {
            return List.of(node);
        }
        Integer since = SINCE.get(node.op());
        if (since == null) {
            return scope.refuse(node, "no such operator is known in versions " + FIRST + " to " + LAST);
        }
        if (since > scope.from()) {
            return scope.refuse(node, "it exists only from version " + since);
        }
        Change change = CHANGES.get(node.op());
        return change == null || scope.from() >= change.version ? List.of(node) : change.adapter.adapt(node, scope);
    }

    /** 7, 9 to 14: the attribute {@code spatial} is gone, and having more than one output no longer means training. */
    private static List<Node> batchNormalization(Node node, Scope scope) {
        if (node.intAttribute("spatial", 1) != 1) {
            return scope.refuse(node, "spatial=0 (statistics for each position) is gone in version 9");
        }
        if (!node.outputs().stream().skip(1).allMatch(String::isEmpty)) {
            return scope.refuse(node, "it has the outputs of training, which version 14 defines differently");
        }
        return List.of(node.withoutAttribute("spatial").withOutputs(List.of(node.output(0))));
    }

    /** 7, 10 to 12: {@code ratio} became an input that inference does not read; the mask became boolean in 10. */
    private static List<Node> dropout(Node node, Scope scope) {
        boolean masked = scope.isUsed(node.output(1));
        if (masked && scope.from() < 10) {
            return scope.refuse(node, "its mask is used, which version 10 made boolean");
        }
        List<String> outputs = masked ? node.outputs() : List.of(node.output(0));
        return List.of(node.withoutAttribute("ratio").withOutputs(outputs));
    }

    /** 10 to 16: the default of {@code coordinate_transformation_mode} is no longer what version 10 computed. */
    private static List<Node> roiAlign(Node node, Scope scope) {
        return List.of(node.withAttribute("coordinate_transformation_mode", Attribute.of("output_half_pixel")));
    }
}
