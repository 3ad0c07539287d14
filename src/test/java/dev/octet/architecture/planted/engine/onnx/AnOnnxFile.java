package dev.octet.architecture.planted.engine.onnx;

/** Breaks no rule; something to refer to. */
public record AnOnnxFile() {}
