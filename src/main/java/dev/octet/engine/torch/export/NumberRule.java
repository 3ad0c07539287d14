package dev.octet.engine.torch.export;

import java.util.Optional;

/** How an operator of ONNX computes on numbers that only sizes tell. */
@FunctionalInterface
public interface NumberRule {

    /** The result; empty where it has to be computed on tensors. */
    Optional<Operand.OfNumbers> apply(OnnxCall node);
}
