package dev.octet.architecture.planted.engine.observe;

import dev.octet.architecture.planted.engine.runtime.ARuntime;

/** Observers must not run anything. */
public record ObserveUsesRuntime(ARuntime forbidden) {}
