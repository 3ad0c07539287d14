package dev.octet.architecture.planted.engine.data;

import dev.octet.architecture.planted.engine.graph.AGraph;

/** Samples must not know graphs. */
public record DataUsesGraph(AGraph forbidden) {}
