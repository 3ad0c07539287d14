package dev.octet.engine.plan;

/** What quantizing a node would mean for the values around it. */
public enum Role {
    /** Multiplies an activation by constant weights; its output is requantized: convolutions. */
    COMPUTE,
    /** Multiplies an activation by constant weights; its output may stay in floating point for nothing: Gemm, MatMul. */
    COMPUTE_FLOAT_OUT,
    /** A clamp at zero that the producer's encoding does by itself: Relu, Clip from 0. */
    CLAMP,
    /** Computes on integers with encodings of its own on each side: Add, Mul, average pooling, Sigmoid. */
    ARITHMETIC,
    /** Moves or selects values; one encoding holds on both sides: MaxPool, Reshape, Transpose. */
    MOVEMENT,
    /** Joins several values under one encoding. */
    CONCAT,
    /** Reads rows of a constant table: embeddings. */
    TABLE,
    /** A recurrent layer: its weights in 8 bits only where its inputs and states are quantized as they come. */
    RECURRENT,
    /** Stays in floating point. */
    FLOAT
}
