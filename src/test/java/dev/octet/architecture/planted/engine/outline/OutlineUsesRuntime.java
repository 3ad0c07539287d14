package dev.octet.architecture.planted.engine.outline;

import dev.octet.architecture.planted.engine.runtime.ARuntime;

/** A planted violation. */
public record OutlineUsesRuntime(ARuntime forbidden) {}
