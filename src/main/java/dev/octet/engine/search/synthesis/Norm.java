package dev.octet.engine.search.synthesis;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one BatchNormalization remembers of the values that entered it in training. */
final class Norm {

    /** Channels looked at in one layer: enough to tell, and few enough to keep every picture's figures. */
    static final int MOST_CHANNELS = 64;

    /** A channel that hardly varied is held to this share of its layer's mean variance. */
    private static final double LEAST_VARIANCE = 1e-3;

    private final String value;
    private final int channels;
    private final int[] kept;
    private final double[] mean;
    private final double[] variance;

    private Norm(String value, int channels, int[] kept, double[] mean, double[] variance) {
        this.value = value;
        this.channels = channels;
        this.kept = kept;
        this.mean = mean;
        this.variance = variance;
    }

    /** Name of what enters. */
    String value() {
        return value;
    }

    /** Number of channels, along the second axis. */
    int channels() {
        return channels;
    }

    /** Number of channels that are looked at: at most {@value #MOST_CHANNELS}, evenly spread. */
    int size() {
        return kept.length;
    }

    /** Which channel the {@code i}th looked at is. */
    int channel(int i) {
        return kept[i];
    }

    /** Running mean of the {@code i}th channel looked at. */
    double mean(int i) {
        return mean[i];
    }

    /** Running standard deviation of the {@code i}th channel looked at, positive. */
    double deviation(int i) {
        return Math.sqrt(variance[i]);
    }

    /** The BatchNormalizations of {@code graph} that have constant running statistics, in order, each entering value once. */
    static List<Norm> all(Graph graph) {
        Map<String, Node> producers = new HashMap<>();
        graph.nodes().forEach(node -> node.outputs().forEach(output -> producers.put(output, node)));
        Map<String, Norm> norms = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            boolean infers = node.intAttribute("training_mode", 0) == 0 && node.intAttribute("spatial", 1) == 1;
            if (node.is("BatchNormalization") && infers && !norms.containsKey(node.input(0))) {
                Tensor mean = constant(graph, producers, node.input(3));
                Tensor variance = constant(graph, producers, node.input(4));
                Norm norm = mean == null || variance == null
                        ? null
                        : of(node.input(0), mean, variance, node.floatAttribute("epsilon", 1e-5f));
                if (norm != null) {
                    norms.put(norm.value(), norm);
                }
            }
        }
        return new ArrayList<>(norms.values());
    }

    private static @Nullable Norm of(String value, Tensor means, Tensor variances, double epsilon) {
        boolean vectors = means.type().isFloatingPoint()
                && variances.type().isFloatingPoint()
                && means.rank() == 1
                && variances.elements() == means.elements()
                && means.elements() > 0;
        if (!vectors) {
            return null;
        }
        float[] allMeans = means.toFloats();
        float[] allVariances = variances.toFloats();
        int channels = allMeans.length;
        double typical = 0;
        for (float variance : allVariances) {
            typical += Math.max(0, variance) / channels;
        }
        int count = Math.min(channels, MOST_CHANNELS);
        int[] kept = new int[count];
        double[] mean = new double[count];
        double[] variance = new double[count];
        for (int i = 0; i < count; i++) {
            kept[i] = (int) ((long) i * channels / count);
            mean[i] = allMeans[kept[i]];
            variance[i] = Math.max(allVariances[kept[i]], LEAST_VARIANCE * typical) + epsilon;
            if (!Double.isFinite(mean[i]) || !Double.isFinite(variance[i]) || variance[i] <= 0) {
                return null;
            }
        }
        return new Norm(value, channels, kept, mean, variance);
    }

    private static @Nullable Tensor constant(Graph graph, Map<String, Node> producers, String value) {
        String name = value;
        while (true) {
            Tensor constant = graph.constant(name).orElse(null);
            Node node = producers.get(name);
            if (constant != null || node == null) {
                return constant;
            }
            if (node.is("Constant")) {
                return node.attributes().get("value") instanceof Attribute.OfTensor(Tensor tensor) ? tensor : null;
            }
            if (!node.is("Identity")) {
                return null;
            }
            name = node.input(0);
        }
    }
}
