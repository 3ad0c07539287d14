package dev.octet.engine.search.auto;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.plan.CostModel;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.TradedCosts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Placements from the fastest to the most accurate, each the best at its noise: a minimum cut for each price of noise. */
final class PlacementFront {

    /** Steps of the price of noise from its mean worth, each {@value #STEP} times the one before. */
    private static final int CHEAPEST = -20;

    private static final int DEAREST = 28;
    private static final double STEP = 1.5;

    private final Graph graph;
    private final Map<String, Double> noise;
    private final List<Placement> placements = new ArrayList<>();

    /**
     * The front.
     *
     * @param fastest the placement where noise costs nothing, with which it begins
     * @param noise of each node alone on integers, by {@link Node#id()}
     */
    PlacementFront(Graph graph, Workshop workshop, Placement fastest, CostModel costs, Map<String, Double> noise) {
        this.graph = graph;
        this.noise = noise;
        placements.add(fastest);
        double saved = graph.nodes().stream()
                .mapToDouble(node -> Math.max(0, costs.floatNanos(node) - costs.int8Nanos(node)))
                .sum();
        double whole = noise.values().stream().mapToDouble(Double::doubleValue).sum();
        for (int step = CHEAPEST; step <= DEAREST && whole > 0; step++) {
            Placement placement = workshop.place(new TradedCosts(costs, noise, saved / whole * Math.pow(STEP, step)));
            if (placement.quantizesWeights(graph) && !placements.contains(placement)) {
                placements.add(placement);
            }
        }
    }

    int size() {
        return placements.size();
    }

    Placement get(int i) {
        return placements.get(i);
    }

    /** {@code count} of its indices without the first, evenly apart, the last among them. */
    List<Integer> spread(int count) {
        int rest = size() - 1;
        int steps = Math.min(count, rest);
        List<Integer> spread = new ArrayList<>();
        for (int i = 1; i <= steps; i++) {
            spread.add(Math.toIntExact(Math.round(i * (double) rest / steps)));
        }
        return spread;
    }

    /** SQNR at the output that the single layers' noises, added up, foretell of placement {@code i}, in dB. */
    double foretoldDb(int i) {
        double sum = graph.nodes().stream()
                .filter(get(i)::isQuantized)
                .mapToDouble(node -> noise.getOrDefault(node.id(), 0.0))
                .sum();
        return sum > 0 ? -10 * Math.log10(sum) : Double.POSITIVE_INFINITY;
    }

    /** Placement {@code i} in words. */
    String describe(int i) {
        long layers = graph.nodes().stream()
                .filter(node -> get(i).rule(node).isCompute())
                .count();
        long floating = graph.nodes().stream()
                .filter(node -> get(i).rule(node).isCompute() && !get(i).isQuantized(node))
                .count();
        return floating + " of " + layers + " layers with weights in floating point";
    }
}
