package dev.octet.architecture.planted.models;

import dev.octet.architecture.planted.engine.graph.AGraph;

/** The service must enter by the door. */
public record ModelsUsesGraph(AGraph forbidden) {}
