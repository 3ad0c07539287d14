package dev.octet.architecture.planted.engine.algorithm;

import dev.octet.architecture.planted.engine.runtime.ARuntime;

/** An algorithm must reach the runtime through the port only. */
public record AlgorithmUsesRuntime(ARuntime forbidden) {}
