package dev.octet.architecture.planted.engine.torch;

import dev.octet.architecture.planted.engine.onnx.AnOnnxFile;

/** One file format must not know another. */
public record TorchUsesOnnx(AnOnnxFile forbidden) {}
