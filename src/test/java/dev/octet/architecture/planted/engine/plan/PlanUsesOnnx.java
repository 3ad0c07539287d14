package dev.octet.architecture.planted.engine.plan;

import dev.octet.architecture.planted.engine.onnx.AnOnnxFile;

/** A plan must not know the file format. */
public record PlanUsesOnnx(AnOnnxFile forbidden) {}
