package dev.octet.architecture.planted.engine.onnx;

import dev.octet.architecture.planted.engine.rewrite.ARewrite;

/** The file format must not know the rewrites. */
public record OnnxUsesRewrite(ARewrite forbidden) {}
