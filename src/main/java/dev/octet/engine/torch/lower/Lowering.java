package dev.octet.engine.torch.lower;

/** How calls of one ATen operator become nodes of ONNX. */
@FunctionalInterface
public interface Lowering {

    /**
     * Emits nodes for {@code call} and gives their results to it.
     *
     * @throws dev.octet.engine.scheme.EngineException MODEL_UNSUPPORTED or MODEL_MALFORMED by {@link Call#refuse} and
     *     {@link Call#malformed}
     */
    void lower(Call call);
}
