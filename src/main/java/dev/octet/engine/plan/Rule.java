package dev.octet.engine.plan;

import java.util.List;

/**
 * How one node may be quantized.
 *
 * @param role what quantizing it means
 * @param activations positions of the inputs that carry quantized activations
 * @param reason why it has to stay in floating point, or why with fixed encodings; empty where it need not
 */
public record Rule(Role role, List<Integer> activations, String reason) {

    public Rule {
        activations = List.copyOf(activations);
    }

    static Rule of(Role role, Integer... activations) {
        return new Rule(role, List.of(activations), "");
    }

    static Rule recurrent(String reason) {
        return new Rule(Role.RECURRENT, List.of(), reason);
    }

    static Rule floating(String reason) {
        return new Rule(Role.FLOAT, List.of(), reason);
    }

    /** Whether it may run on integers with fixed encodings. */
    public boolean quantizable() {
        return role != Role.FLOAT && role != Role.RECURRENT;
    }

    /** Whether it multiplies by constant weights. */
    public boolean isCompute() {
        return role == Role.COMPUTE || role == Role.COMPUTE_FLOAT_OUT;
    }
}
