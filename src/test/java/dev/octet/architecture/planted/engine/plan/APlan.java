package dev.octet.architecture.planted.engine.plan;

/** Breaks no rule; something to refer to. */
public record APlan() {}
