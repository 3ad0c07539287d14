package dev.octet.engine.plan;

import dev.octet.engine.graph.Node;
import java.util.Map;

/**
 * Costs measured on the target: each node's time in the float model and in the model with all on integers.
 *
 * <p>What was not seen by itself (fused into a neighbour) costs nothing; the neighbour has it. Conversions are those that shapes
 * tell, in the proportion of measured to foretold times.
 *
 * @param shapes costs from shapes alone
 * @param floatTimes by {@link Node#id()}, in any unit; all nodes that the runtime executed by themselves
 * @param int8Times the same on integers
 * @param scale units of {@code floatTimes} in one of {@code shapes}
 */
public record ProfiledCosts(
        CostModel shapes, Map<String, Double> floatTimes, Map<String, Double> int8Times, double scale)
        implements CostModel {

    public ProfiledCosts {
        floatTimes = Map.copyOf(floatTimes);
        int8Times = Map.copyOf(int8Times);
    }

    @Override
    public double floatNanos(Node node) {
        return floatTimes.getOrDefault(node.id(), 0.0);
    }

    @Override
    public double int8Nanos(Node node) {
        return int8Times.getOrDefault(node.id(), 0.0);
    }

    @Override
    public double quantizeNanos(String value) {
        return scale * shapes.quantizeNanos(value);
    }

    @Override
    public double dequantizeNanos(String value) {
        return scale * shapes.dequantizeNanos(value);
    }
}
