package dev.octet.engine.recipe;

/** The formats that a quantized model can be had in. */
public enum ModelFormat {
    /** ONNX with QuantizeLinear and DequantizeLinear: what is proven and measured. */
    ONNX,
    /** An archive of {@code torch.export} with {@code quantized_decomposed} operators, next to it. */
    PT2
}
