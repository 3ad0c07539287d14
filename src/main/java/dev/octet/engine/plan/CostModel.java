package dev.octet.engine.plan;

import dev.octet.engine.graph.Node;

/** What each operator and each change of precision costs in time on a target. */
public interface CostModel {

    /** Time of {@code node} in floating point, in nanoseconds a run at batch 1. */
    double floatNanos(Node node);

    /** Time of {@code node} on integers, in nanoseconds a run at batch 1. */
    double int8Nanos(Node node);

    /** Time to quantize {@code value}, in nanoseconds a run at batch 1. */
    double quantizeNanos(String value);

    /** Time to dequantize {@code value}, in nanoseconds a run at batch 1. */
    double dequantizeNanos(String value);
}
