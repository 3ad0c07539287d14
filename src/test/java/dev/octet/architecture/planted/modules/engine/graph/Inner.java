package dev.octet.architecture.planted.modules.engine.graph;

/** What the service must not see. */
public record Inner() {}
