package dev.octet.architecture.planted.engine.search;

import org.bytedeco.pytorch.Tensor;

/** libtorch must stay within engine.train. */
public record SearchUsesLibtorch(Tensor forbidden) {}
