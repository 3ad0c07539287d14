package dev.octet.engine.search.source;

/** The formats in which models are uploaded. */
public enum SourceFormat {
    /** One ONNX file. */
    ONNX,
    /** A zip of one ONNX file with its external data. */
    ONNX_ZIP,
    /** An archive of {@code torch.export}. */
    PT2
}
