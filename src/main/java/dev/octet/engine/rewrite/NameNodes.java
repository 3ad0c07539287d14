package dev.octet.engine.rewrite;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives each node a name of its own.
 *
 * <pre>
 * before:  x -> Conv "" -> h -> Relu "act" -> y -> Relu "act" -> z
 * after:   x -> Conv "Conv_h" -> h -> Relu "act" -> y -> Relu "act_1" -> z
 * the rule: operator and first output where there is no name, the lowest free number where it is taken
 * </pre>
 *
 * <p>Profiles and reports know layers by their names. A node whose name is the first of its kind keeps it; nodes of bodies too.
 */
public final class NameNodes implements Rewrite {

    @Override
    public String title() {
        return "name nodes";
    }

    @Override
    public Result apply(Model model) {
        Set<String> taken = new HashSet<>();
        collect(model.graph(), taken);
        Namer namer = new Namer(taken);
        Graph named = namer.name(model.graph());
        if (namer.given == 0) {
            return new Result(model, List.of("skipped: all nodes have names of their own"));
        }
        return new Result(model.withGraph(named), List.of(namer.given + " nodes had no name of their own and got one"));
    }

    private static void collect(Graph graph, Set<String> into) {
        for (Node node : graph.nodes()) {
            into.add(node.name());
            node.subgraphs().forEach(body -> collect(body, into));
        }
    }

    private static final class Namer {

        private final Set<String> taken;
        private final Set<String> met = new HashSet<>();
        private final Map<String, Integer> numbers = new HashMap<>();
        private int given;

        Namer(Set<String> taken) {
            this.taken = taken;
        }

        Graph name(Graph graph) {
            int before = given;
            List<Node> nodes = graph.nodes().stream().map(this::name).toList();
            return given == before ? graph : graph.withNodes(nodes);
        }

        private Node name(Node node) {
            boolean own = !node.name().isEmpty() && met.add(node.name());
            Node named = own ? node : node.withName(fresh(node));
            return named.mapSubgraphs(this::name);
        }

        private String fresh(Node node) {
            given++;
            String wish = node.name().isEmpty() ? node.op() + "_" + node.id() : node.name();
            String name = wish;
            while (!taken.add(name)) {
                name = wish + "_" + numbers.merge(wish, 1, Integer::sum);
            }
            met.add(name);
            return name;
        }
    }
}
