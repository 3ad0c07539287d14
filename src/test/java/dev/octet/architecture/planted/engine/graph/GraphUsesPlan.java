package dev.octet.architecture.planted.engine.graph;

import dev.octet.architecture.planted.engine.plan.APlan;
import dev.octet.architecture.planted.engine.scheme.AScheme;

/** The graph must not know what is planned for it; with the vocabulary that uses it, this makes a cycle. */
public record GraphUsesPlan(APlan forbidden, AScheme allowed) {}
