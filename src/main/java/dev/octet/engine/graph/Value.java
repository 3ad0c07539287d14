package dev.octet.engine.graph;

/**
 * A named edge of a graph with its type.
 *
 * @param name unique in its graph, never empty
 * @param type what flows along it
 */
public record Value(String name, ValueType type) {}
