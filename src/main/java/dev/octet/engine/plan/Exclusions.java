package dev.octet.engine.plan;

import dev.octet.engine.graph.Node;
import java.util.Set;

/**
 * The nodes that a request wants left in floating point, by name.
 *
 * <p>A name stands for the node so called, for the node that makes a value so called, and for everything below it: {@code encoder/0}
 * for {@code encoder/0/MatMul}, as modules are named by exporters and the nodes of a function or branch once it is inlined.
 *
 * @param names as the request has them
 */
public record Exclusions(Set<String> names) {

    private static final char BELOW = '/';

    public Exclusions {
        names = Set.copyOf(names);
    }

    /** Whether {@code node} is left in floating point. */
    public boolean cover(Node node) {
        return !names.isEmpty() && (node.outputs().stream().anyMatch(names::contains) || coverName(node.name()));
    }

    private boolean coverName(String name) {
        for (int end = name.length(); end > 0; end = name.lastIndexOf(BELOW, end - 1)) {
            if (names.contains(name.substring(0, end))) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code excluded} is {@code name}, or what {@code name} lies below. */
    public static boolean standsFor(String excluded, String name) {
        return name.startsWith(excluded)
                && (name.length() == excluded.length() || name.charAt(excluded.length()) == BELOW);
    }
}
