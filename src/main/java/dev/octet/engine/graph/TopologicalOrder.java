package dev.octet.engine.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.Collectors;

/**
 * Nodes in an order where each follows what it uses.
 *
 * <p>Kahn's algorithm with the earliest ready node first: nodes that stand in such an order already keep it.
 */
public final class TopologicalOrder {

    private TopologicalOrder() {}

    /**
     * The {@code nodes} in topological order; what subgraphs capture counts as used by the node that holds them.
     *
     * @throws IllegalArgumentException where nodes use each other in a circle, naming one such circle
     */
    public static List<Node> of(List<Node> nodes) {
        Map<String, Integer> producers = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (String output : nodes.get(i).outputs()) {
                producers.putIfAbsent(output, i);
            }
        }
        producers.remove("");
        int[] waitingFor = new int[nodes.size()];
        List<List<Integer>> followers = new ArrayList<>(nodes.size());
        nodes.forEach(_ -> followers.add(new ArrayList<>(1)));
        boolean sorted = true;
        for (int i = 0; i < nodes.size(); i++) {
            for (String used : GraphNames.uses(nodes.get(i))) {
                Integer producer = producers.get(used);
                if (producer != null) {
                    waitingFor[i]++;
                    followers.get(producer).add(i);
                    sorted &= producer < i;
                }
            }
        }
        return sorted ? nodes : sort(nodes, waitingFor, followers, producers);
    }

    private static List<Node> sort(
            List<Node> nodes, int[] waitingFor, List<List<Integer>> followers, Map<String, Integer> producers) {
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int i = 0; i < waitingFor.length; i++) {
            if (waitingFor[i] == 0) {
                ready.add(i);
            }
        }
        List<Node> order = new ArrayList<>(nodes.size());
        for (Integer next = ready.poll(); next != null; next = ready.poll()) {
            order.add(nodes.get(next));
            for (int follower : followers.get(next)) {
                if (--waitingFor[follower] == 0) {
                    ready.add(follower);
                }
            }
        }
        if (order.size() < nodes.size()) {
            throw new IllegalArgumentException(
                    "nodes use each other in a circle: " + circle(nodes, waitingFor, producers));
        }
        return order;
    }

    /** Goes from an unplaced node to the unplaced node it waits for, until one comes again. */
    private static String circle(List<Node> nodes, int[] waitingFor, Map<String, Integer> producers) {
        int at = 0;
        while (waitingFor[at] == 0) {
            at++;
        }
        List<Integer> way = new ArrayList<>();
        Map<Integer, Integer> seenAt = new HashMap<>();
        while (!seenAt.containsKey(at)) {
            seenAt.put(at, way.size());
            way.add(at);
            at = GraphNames.uses(nodes.get(at)).stream()
                    .sorted()
                    .map(producers::get)
                    .filter(p -> p != null && waitingFor[p] > 0)
                    .findFirst()
                    .orElseThrow();
        }
        List<Integer> circle = way.subList(seenAt.get(at), way.size()).reversed();
        String shown = circle.stream()
                .limit(10)
                .map(i -> "'" + nodes.get(i).label() + "' (" + nodes.get(i).op() + ")")
                .collect(Collectors.joining(" -> "));
        return circle.size() > 10 ? shown + " -> … (" + circle.size() + " nodes)" : shown;
    }
}
