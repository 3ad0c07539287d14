package dev.octet.architecture.planted.engine.graph;

import org.springframework.core.Ordered;

/** The engine must be free of Spring. */
public record GraphUsesSpring(Ordered forbidden) {}
