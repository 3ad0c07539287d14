package dev.octet.architecture.planted.engine.plan;

import ai.onnxruntime.OrtSession;

/** ONNX Runtime must stay within engine.runtime. */
public record PlanUsesOnnxRuntime(OrtSession forbidden) {}
