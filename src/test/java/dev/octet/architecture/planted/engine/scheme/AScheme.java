package dev.octet.architecture.planted.engine.scheme;

/** Breaks no rule; something to refer to. */
public record AScheme() {}
