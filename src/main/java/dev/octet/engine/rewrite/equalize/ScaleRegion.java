package dev.octet.engine.rewrite.equalize;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import java.util.List;

/**
 * A part of a graph in which every value may be divided, channel by channel, by the same scales.
 *
 * <pre>
 * sources ─ values ─ (Relu, pooling, Add of two of them, …) ─ values ─ layers
 * </pre>
 *
 * Sources divide their output channels, layers multiply their input channels; what lies between is homogeneous:
 * f(x / s) = f(x) / s for s above 0.
 *
 * @param axis which dimension of the values the channels are
 * @param channels number of them
 * @param sources ids of nodes that make values: layers, normalizations, products with a constant
 * @param shifts ids of nodes that add a constant
 * @param clips ids of nodes that clip at a constant above
 * @param layers ids of layers that read values
 * @param values names of the values, in the graph's order
 */
public record ScaleRegion(
        int axis,
        int channels,
        List<String> sources,
        List<String> shifts,
        List<String> clips,
        List<String> layers,
        List<String> values) {

    public ScaleRegion {
        sources = List.copyOf(sources);
        shifts = List.copyOf(shifts);
        clips = List.copyOf(clips);
        layers = List.copyOf(layers);
        values = List.copyOf(values);
    }

    /** The nodes of {@code graph} that {@code ids} name, in the graph's order. */
    public static List<Node> nodes(Graph graph, List<String> ids) {
        return graph.nodes().stream().filter(node -> ids.contains(node.id())).toList();
    }
}
