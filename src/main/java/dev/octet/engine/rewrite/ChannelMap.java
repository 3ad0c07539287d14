package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.rewrite.constant.Floats;
import java.util.Arrays;
import java.util.Optional;

/** The map y[c] = scale[c] x[c] + shift[c] over channels, as a BatchNormalization or a constant Mul, Div, Add or Sub computes it. */
final class ChannelMap {

    private final double[] scale;
    private final double[] shift;

    private ChannelMap(double[] scale, double[] shift) {
        this.scale = scale;
        this.shift = shift;
    }

    /**
     * The map of a BatchNormalization in inference: scale = gamma / sqrt(var + epsilon), shift = beta - mean scale.
     *
     * <p>Empty where the node trains, its parameters are not constant vectors of one length, or a scale is not finite.
     */
    static Optional<ChannelMap> ofBatchNorm(Graph graph, Node node) {
        if (node.intAttribute("training_mode", 0) != 0 || node.intAttribute("spatial", 1) != 1) {
            return Optional.empty();
        }
        double[][] parameters = new double[4][];
        for (int i = 0; i < 4; i++) {
            Optional<Tensor> constant = graph.constant(node.input(i + 1));
            if (constant.isEmpty()
                    || !constant.get().type().isFloatingPoint()
                    || constant.get().rank() != 1) {
                return Optional.empty();
            }
            parameters[i] = Floats.read(constant.get());
            if (parameters[i].length != parameters[0].length) {
                return Optional.empty();
            }
        }
        double epsilon = node.floatAttribute("epsilon", 1e-5f);
        double[] scale = new double[parameters[0].length];
        double[] shift = new double[scale.length];
        Arrays.setAll(scale, c -> parameters[0][c] / Math.sqrt(parameters[3][c] + epsilon));
        Arrays.setAll(shift, c -> parameters[1][c] - parameters[2][c] * scale[c]);
        return finite(new ChannelMap(scale, shift));
    }

    /**
     * The map of Mul, Div, Add or Sub of {@code value} with a constant.
     *
     * @param rank number of dimensions of {@code value}, or 0 where that is not known: then only its last axis can be the
     *     channels and only scalars and vectors count as constants
     * @param axis which of them the channels are
     * @return empty where the other operand is no constant, or varies along another axis
     */
    static Optional<ChannelMap> ofArithmetic(Graph graph, Node node, String value, int channels, int rank, int axis) {
        boolean left = node.input(0).equals(value);
        Optional<double[]> other = graph.constant(node.input(left ? 1 : 0))
                .filter(c -> c.type().isFloatingPoint())
                .flatMap(c -> perChannel(c, channels, rank, axis));
        if (other.isEmpty() || node.input(0).equals(node.input(1))) {
            return Optional.empty();
        }
        double[] c = other.get();
        double[] scale = new double[channels];
        double[] shift = new double[channels];
        Arrays.fill(scale, 1);
        switch (node.op()) {
            case "Mul" -> Arrays.setAll(scale, i -> c[i]);
            case "Add" -> Arrays.setAll(shift, i -> c[i]);
            case "Sub" -> {
                Arrays.fill(scale, left ? 1 : -1);
                Arrays.setAll(shift, i -> left ? -c[i] : c[i]);
            }
            case "Div" -> {
                if (!left) {
                    return Optional.empty();
                }
                Arrays.setAll(scale, i -> 1 / c[i]);
            }
            default -> {
                return Optional.empty();
            }
        }
        return finite(new ChannelMap(scale, shift));
    }

    private static Optional<double[]> perChannel(Tensor constant, int channels, int rank, int axis) {
        int allowed = rank == 0 ? 1 : rank;
        int channelAxis = rank == 0 ? 0 : axis;
        if (constant.rank() > allowed || (constant.elements() != 1 && constant.elements() != channels)) {
            return Optional.empty();
        }
        int aligned = channelAxis - (allowed - constant.rank());
        for (int i = 0; i < constant.rank(); i++) {
            if (constant.dim(i) != 1 && i != aligned) {
                return Optional.empty();
            }
        }
        double[] values = new double[channels];
        Arrays.setAll(values, c -> Floats.at(constant, constant.elements() == 1 ? 0 : c));
        return Optional.of(values);
    }

    private static Optional<ChannelMap> finite(ChannelMap map) {
        return Arrays.stream(map.scale).allMatch(Double::isFinite)
                        && Arrays.stream(map.shift).allMatch(Double::isFinite)
                ? Optional.of(map)
                : Optional.empty();
    }

    int channels() {
        return scale.length;
    }

    double scale(int channel) {
        return scale[channel];
    }

    double shift(int channel) {
        return shift[channel];
    }
}
