package dev.octet.engine.plan;

import dev.octet.engine.scheme.QuantType;
import java.util.Optional;

/**
 * The runtime and instruction set that an artifact is for.
 *
 * @param id the name used in requests
 * @param description one sentence for people
 * @param format form of the artifact
 * @param activationType integer type of activations that its kernels are fastest with
 * @param weightType integer type of weights, likewise
 * @param symmetricActivations whether activations must have zero point 0
 * @param reduceRange whether sums of two products would saturate with 8-bit weights, so that 7 bits are used
 * @param supported whether the engine can emit for it; where not, requests are refused
 */
public record Target(
        String id,
        String description,
        Format format,
        QuantType activationType,
        QuantType weightType,
        boolean symmetricActivations,
        boolean reduceRange,
        boolean supported) {

    /** Forms of artifacts. */
    public enum Format {
        ONNX_QDQ,
        TFLITE
    }

    /** The target named {@code id}, if there is one. */
    public static Optional<Target> byId(String id) {
        return TargetCatalog.ALL.stream().filter(t -> t.id().equals(id)).findFirst();
    }
}
