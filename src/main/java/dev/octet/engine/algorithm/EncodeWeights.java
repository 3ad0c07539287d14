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
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.QuantizationSettings;
import java.util.Optional;

/** Chooses the encoding of a node's constant weights. */
public final class EncodeWeights {

    /** The largest INT32, a little less so that rounding never passes it. */
    private static final double LARGEST_BIAS = Integer.MAX_VALUE * (1 - 1e-6);

    private EncodeWeights() {}

    /**
     * The encoding of the weights that {@code node} multiplies by; empty where it has none.
     *
     * <p>Weights of products are clipped where that lowers their squared error; in 7 bits, and in rows of tables, the whole range is
     * kept. The scale of a channel is widened where its bias, in units of input scale times weight scale, would leave INT32.
     *
     * @param inputScale scale of the node's quantized input, above 0; 0 where it is only known at run time
     */
    public static Optional<Encoding> of(
            Graph graph, Node node, Rule rule, QuantizationSettings settings, float inputScale) {
        if (!rule.isCompute() && rule.role() != Role.TABLE) {
            return Optional.empty();
        }
        Tensor weights = graph.constant(node.input(WeightAxis.input(node))).orElseThrow();
        boolean perChannel = settings.perChannel() || rule.role() == Role.TABLE;
        boolean reduced = settings.reduceRange() && rule.role() != Role.TABLE;
        Encoding encoding = WeightEncoder.encode(
                weights,
                perChannel ? WeightAxis.of(node) : Encoding.PER_TENSOR,
                settings.weightType(),
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
