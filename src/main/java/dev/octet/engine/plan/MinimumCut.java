package dev.octet.engine.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A flow network whose minimum s-t cut labels each vertex source or sink at the least total cost.
 *
 * <p>Maximum flow by Dinic's algorithm: "Algorithm for solution of a problem of maximum flow in a network with power
 * estimation", Soviet Math. Doklady 11, 1970. Capacities are non-negative; {@link Double#POSITIVE_INFINITY} ties vertices.
 */
final class MinimumCut {

    private static final int SOURCE = 0;
    private static final int SINK = 1;
    private static final double EPSILON = 1e-9;

    private final List<List<Integer>> outgoing = new ArrayList<>();
    private final List<Integer> heads = new ArrayList<>();
    private final List<Double> residual = new ArrayList<>();
    private int[] level = {};
    private int[] next = {};

    MinimumCut() {
        addVertex();
        addVertex();
    }

    /** Adds a vertex and returns its number. */
    int addVertex() {
        outgoing.add(new ArrayList<>());
        return outgoing.size() - 1;
    }

    /** Makes it cost {@code sourceCost} to label {@code vertex} source and {@code sinkCost} to label it sink. */
    void addChoice(int vertex, double sourceCost, double sinkCost) {
        addEdge(SOURCE, vertex, sinkCost);
        addEdge(vertex, SINK, sourceCost);
    }

    /** Makes it cost {@code cost} to label {@code from} source and {@code to} sink. */
    void addEdge(int from, int to, double cost) {
        if (!(cost >= 0)) {
            throw new IllegalArgumentException("capacity " + cost);
        }
        outgoing.get(from).add(heads.size());
        heads.add(to);
        residual.add(cost);
        outgoing.get(to).add(heads.size());
        heads.add(from);
        residual.add(0.0);
    }

    /** For each vertex, whether the cheapest labelling puts it on the source's side. */
    boolean[] solve() {
        while (buildLevels()) {
            next = new int[outgoing.size()];
            while (augment() > 0) {}
        }
        boolean[] source = new boolean[outgoing.size()];
        for (int v = 0; v < source.length; v++) {
            source[v] = level[v] >= 0;
        }
        return source;
    }

    private boolean buildLevels() {
        level = new int[outgoing.size()];
        Arrays.fill(level, -1);
        level[SOURCE] = 0;
        ArrayDeque<Integer> queue = new ArrayDeque<>(List.of(SOURCE));
        while (!queue.isEmpty()) {
            int v = queue.remove();
            for (int edge : outgoing.get(v)) {
                int to = heads.get(edge);
                if (level[to] < 0 && residual.get(edge) > EPSILON) {
                    level[to] = level[v] + 1;
                    queue.add(to);
                }
            }
        }
        return level[SINK] >= 0;
    }

    /** Pushes flow along one path of the level graph, walked without recursion; 0 where there is none left. */
    private double augment() {
        ArrayDeque<Integer> path = new ArrayDeque<>();
        int v = SOURCE;
        while (v != SINK) {
            int edge = admissible(v);
            if (edge >= 0) {
                path.addLast(edge);
                v = heads.get(edge);
            } else if (path.isEmpty()) {
                return 0;
            } else {
                level[v] = -1;
                v = heads.get(path.removeLast() ^ 1);
            }
        }
        double flow = path.stream().mapToDouble(residual::get).min().orElse(0);
        if (flow == Double.POSITIVE_INFINITY) {
            throw new IllegalStateException("a vertex is tied to both sides");
        }
        for (int edge : path) {
            residual.set(edge, residual.get(edge) - flow);
            residual.set(edge ^ 1, residual.get(edge ^ 1) + flow);
        }
        return flow;
    }

    private int admissible(int v) {
        List<Integer> edges = outgoing.get(v);
        for (; next[v] < edges.size(); next[v]++) {
            int edge = edges.get(next[v]);
            if (residual.get(edge) > EPSILON && level[heads.get(edge)] == level[v] + 1) {
                return edge;
            }
        }
        return -1;
    }
}
