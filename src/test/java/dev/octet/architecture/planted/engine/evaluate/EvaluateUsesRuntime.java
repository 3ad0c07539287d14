package dev.octet.architecture.planted.engine.evaluate;

import dev.octet.architecture.planted.engine.runtime.ARuntime;

/** Scores must reach the runtime through the port only. */
public record EvaluateUsesRuntime(ARuntime forbidden) {}
