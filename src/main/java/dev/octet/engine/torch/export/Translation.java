package dev.octet.engine.torch.export;

/** How nodes of one operator of ONNX become calls of ATen. */
@FunctionalInterface
public interface Translation {

    /**
     * Emits calls for {@code node} and gives their results to it.
     *
     * @throws dev.octet.engine.scheme.EngineException MODEL_UNSUPPORTED by {@link OnnxCall#refuse}
     */
    void translate(OnnxCall node);
}
