package dev.octet.engine.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks that a model's graphs hold together.
 *
 * <p>Each value has one producer, nodes stand in topological order, everything used is defined before (in the graph or in one
 * around it), outputs are produced, names are not empty, and the operator set of every node is imported.
 */
public final class GraphVerifier {

    private static final int SHOWN_FAULTS = 20;
    private static final int SHOWN_LINES = 200;

    private final List<String> faults = new ArrayList<>();

    private GraphVerifier() {}

    /**
     * Passes where {@code model} holds together.
     *
     * @throws IllegalStateException naming each culprit, with the printed graph
     */
    public static void verify(Model model) {
        List<String> faults = faults(model);
        if (!faults.isEmpty()) {
            throw new IllegalStateException("broken graph: "
                    + String.join("; ", faults.subList(0, Math.min(faults.size(), SHOWN_FAULTS)))
                    + (faults.size() > SHOWN_FAULTS ? "; and " + (faults.size() - SHOWN_FAULTS) + " more" : "")
                    + "\n" + excerpt(GraphPrinter.print(model.graph())));
        }
    }

    /** What is wrong with {@code model}, one sentence each; empty where it holds together. */
    public static List<String> faults(Model model) {
        GraphVerifier verifier = new GraphVerifier();
        verifier.graph(model.graph(), Set.of(), model.opsets(), "graph '" + model.graph().name() + "'");
        for (Function function : model.functions()) {
            verifier.function(function);
        }
        return verifier.faults;
    }

    private void function(Function function) {
        String where = "function '" + function.domain() + "." + function.name() + "'";
        Set<String> defined = new HashSet<>();
        function.inputs().forEach(name -> define(name, defined, "input", where));
        nodes(function.nodes(), defined, Set.of(), function.opsets(), where);
        function.outputs().stream().filter(name -> !defined.contains(name)).forEach(name -> notProduced(name, where));
    }

    private void graph(Graph graph, Set<String> outer, Map<String, Long> opsets, String where) {
        Set<String> defined = new HashSet<>();
        graph.inputs().forEach(v -> define(v.name(), defined, "input", where));
        for (String name : graph.initializers().keySet()) {
            if (name.isEmpty()) {
                faults.add("an initializer of " + where + " has no name");
            }
        }
        defined.addAll(graph.initializers().keySet());
        nodes(graph.nodes(), defined, outer, opsets, where);
        Set<String> outputs = new HashSet<>();
        for (Value output : graph.outputs()) {
            if (!defined.contains(output.name()) && !outer.contains(output.name())) {
                notProduced(output.name(), where);
            }
            if (!outputs.add(output.name())) {
                faults.add("output '" + output.name() + "' of " + where + " is listed twice");
            }
        }
    }

    private void nodes(
            List<Node> nodes, Set<String> defined, Set<String> outer, Map<String, Long> opsets, String where) {
        Set<String> later = new HashSet<>();
        nodes.forEach(node -> later.addAll(node.outputs()));
        for (Node node : nodes) {
            String culprit = "node '" + node.label() + "' (" + node.op() + ") of " + where;
            if (!opsets.containsKey(node.domain())) {
                faults.add(culprit + " needs operator set '" + (node.domain().isEmpty() ? "ai.onnx" : node.domain())
                        + "', which is not imported");
            }
            for (String used : new LinkedHashSet<>(node.inputs())) {
                if (!used.isEmpty() && !defined.contains(used) && !outer.contains(used)) {
                    faults.add(culprit + " uses '" + used + "', which "
                            + (later.contains(used) ? "is only made later" : "nothing produces"));
                }
            }
            List<Graph> bodies = node.subgraphs();
            if (!bodies.isEmpty()) {
                Set<String> visible = new HashSet<>(outer);
                visible.addAll(defined);
                bodies.forEach(body -> graph(body, visible, opsets, "subgraph '" + body.name() + "' of " + culprit));
            }
            node.outputs().stream()
                    .filter(output -> !output.isEmpty())
                    .forEach(output -> define(output, defined, "output of " + culprit, where));
        }
    }

    private void define(String name, Set<String> defined, String as, String where) {
        if (name.isEmpty()) {
            faults.add("an " + as + " of " + where + " has no name");
        } else if (!defined.add(name)) {
            faults.add("'" + name + "', " + as + ", is defined twice in " + where);
        }
    }

    private void notProduced(String output, String where) {
        faults.add("output '" + output + "' of " + where + " is not produced by anything");
    }

    private static String excerpt(String printed) {
        List<String> lines = printed.lines().toList();
        return lines.size() <= SHOWN_LINES
                ? printed
                : String.join("\n", lines.subList(0, SHOWN_LINES)) + "\n… " + (lines.size() - SHOWN_LINES) + " more lines";
    }
}
