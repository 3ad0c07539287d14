package dev.octet.engine.plan;

import dev.octet.engine.graph.Node;
import java.util.Map;

/**
 * Time and noise as one cost: time plus a price for each unit of noise that a node on integers adds to the output.
 *
 * <p>Raising the price from zero walks from the fastest placement to the most accurate one; each placement is the best there is at its
 * noise (Lagrange's multiplier; Everett 1963, "Generalized Lagrange multiplier method").
 *
 * @param times costs in time
 * @param noise by {@link Node#id()}: noise power at the model's output with this node alone on integers, over the signal's
 * @param price time that one unit of noise is worth
 */
public record TradedCosts(CostModel times, Map<String, Double> noise, double price) implements CostModel {

    public TradedCosts {
        noise = Map.copyOf(noise);
    }

    @Override
    public double floatNanos(Node node) {
        return times.floatNanos(node);
    }

    @Override
    public double int8Nanos(Node node) {
        return times.int8Nanos(node) + price * noise.getOrDefault(node.id(), 0.0);
    }

    @Override
    public double quantizeNanos(String value) {
        return times.quantizeNanos(value);
    }

    @Override
    public double dequantizeNanos(String value) {
        return times.dequantizeNanos(value);
    }
}
