package dev.octet.engine.algorithm;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.observe.WeightEncoder;
import dev.octet.engine.observe.WeightRange;
import dev.octet.engine.plan.Role;
import dev.octet.engine.plan.Rule;
import dev.octet.engine.plan.WeightAxis;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.QuantizationSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Chooses the encoding of a node's constant weights. */
public final class EncodeWeights {

    /** The largest INT32, a little less so that rounding never passes it. */
    private static final double LARGEST_BIAS = Integer.MAX_VALUE * (1 - 1e-6);

    private EncodeWeights() {}

    /**
     * The encoding of the weights that {@code node} multiplies by; empty where it has none.
     *
     * <p>Weights of products are clipped where that lowers their squared error; in 7 bits, and in rows of tables, which always have 8,
     * the whole range is kept. The scale of a channel is widened where its bias, in units of input scale times weight scale, would leave INT32.
     *
     * @param inputScale scale of the node's quantized input, above 0; 0 where it is only known at run time
     */
    public static Optional<Encoding> of(
            Graph graph, Node node, Rule rule, QuantizationSettings settings, float inputScale) {
        if (rule.role() == Role.RECURRENT) {
            return Optional.of(recurrent(graph, node, settings));
        }
        if (!rule.isCompute() && rule.role() != Role.TABLE) {
            return Optional.empty();
        }
        Tensor weights = graph.constant(node.input(WeightAxis.input(node))).orElseThrow();
        boolean perChannel = settings.perChannel() || rule.role() == Role.TABLE;
        boolean reduced = settings.reduceRange() && rule.role() != Role.TABLE;
        Encoding encoding = encode(
                node,
                weights,
                perChannel ? WeightAxis.of(node) : Encoding.PER_TENSOR,
                rule.role() == Role.TABLE ? QuantType.INT8 : settings.weightType(),
                reduced,
                reduced || rule.role() == Role.TABLE ? WeightRange.MIN_MAX : WeightRange.MSE);
        return Optional.of(
                rule.isCompute() && node.hasInput(2) && inputScale > 0
                        ? widenedForBias(
                                encoding,
                                graph.constant(node.input(2)).orElseThrow().toFloats(),
                                inputScale)
                        : encoding);
    }

    /** The encoding of {@code weights}, naming {@code node} where they are not finite. */
    private static Encoding encode(
            Node node, Tensor weights, int axis, QuantType type, boolean reduced, WeightRange range) {
        try {
            return WeightEncoder.encode(weights, axis, type, reduced, range);
        } catch (EngineException e) {
            String message = "node '" + node.label() + "' (" + node.op() + "): " + e.getMessage();
            throw new EngineException(e.fault(), message, List.of(new Detail(node.label(), message)), e);
        }
    }

    /** One encoding in 8 bits for both matrices of a recurrent layer: a channel for each row of W, then for each of R, all directions'. */
    private static Encoding recurrent(Graph graph, Node node, QuantizationSettings settings) {
        List<Float> scales = new ArrayList<>();
        for (int input = 1; input <= 2; input++) {
            Tensor weights = graph.constant(node.input(input)).orElseThrow();
            int rows = Math.toIntExact(weights.dim(0) * weights.dim(1));
            Encoding encoding = encode(
                    node,
                    weights.reshaped(rows, weights.dim(2)),
                    settings.perChannel() ? 0 : Encoding.PER_TENSOR,
                    QuantType.INT8,
                    settings.reduceRange(),
                    settings.reduceRange() ? WeightRange.MIN_MAX : WeightRange.MSE);
            for (int row = 0; row < rows; row++) {
                scales.add(encoding.scale(encoding.isPerTensor() ? 0 : row));
            }
        }
        float[] all = new float[scales.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = scales.get(i);
        }
        return Encoding.perChannel(QuantType.INT8, all, new int[all.length], 0);
    }

    /** {@code encoding} with wider scales where a bias, in units of input scale times weight scale, would leave INT32. */
    public static Encoding widenedForBias(Encoding encoding, float[] bias, float inputScale) {
        float[] scales = encoding.scales();
        boolean widened = false;
        for (int i = 0; i < bias.length; i++) {
            int c = encoding.isPerTensor() ? 0 : i;
            double least = Math.abs(bias[i]) / (inputScale * LARGEST_BIAS);
            if (scales[c] < least) {
                scales[c] = Math.nextUp((float) least);
                widened = true;
            }
        }
        if (!widened) {
            return encoding;
        }
        QuantType type = encoding.type();
        return encoding.isPerTensor()
                ? Encoding.perTensor(type, scales[0], encoding.zeroPoint(0))
                : Encoding.perChannel(type, scales, encoding.zeroPoints(), encoding.axis());
    }
}
