package dev.octet.engine.plan;

import dev.octet.engine.graph.Node;

/** Costs under which whatever can run on integers does: for models in which no integer kernel saves time. */
public final class IntegersFirst implements CostModel {

    @Override
    public double floatNanos(Node node) {
        return 1;
    }

    @Override
    public double int8Nanos(Node node) {
        return 0;
    }

    @Override
    public double quantizeNanos(String value) {
        return 0;
    }

    @Override
    public double dequantizeNanos(String value) {
        return 0;
    }
}
