package dev.octet.architecture.planted.engine.graph;

/** Breaks no rule; something to refer to. */
public record AGraph() {}
