package dev.octet.architecture.planted.engine.runtime;

/** Breaks no rule; something to refer to. */
public record ARuntime() {}
