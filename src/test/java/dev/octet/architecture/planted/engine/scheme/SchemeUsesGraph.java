package dev.octet.architecture.planted.engine.scheme;

import dev.octet.architecture.planted.engine.graph.AGraph;

/** The vocabulary must depend on nothing. */
public record SchemeUsesGraph(AGraph forbidden) {}
