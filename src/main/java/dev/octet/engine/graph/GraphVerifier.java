package dev.octet.engine.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a model's graphs hold together.
 *
 * <p>Each value has one producer, nodes stand in topological order, everything used is defined before (in the graph or in one
 * around it), outputs are produced, names are not empty, and the operator set of every node is imported.
 */
public final class GraphVerifier {

    private static final int MOST_FAULTS = 100;
    private static final int SHOWN_FAULTS = 20;
    private static final int SHOWN_LINES = 200;

    private final List<String> faults = new ArrayList<>();

    /** The values that are defined so far in a graph and in those around it. */
    private record Scope(Set<String> defined, @Nullable Scope around) {
        Scope(@Nullable Scope around) {
            this(new HashSet<>(), around);
        }

        boolean has(String value) {
            for (Scope scope = this; scope != null; scope = scope.around) {
                if (scope.defined.contains(value)) {
                    return true;
                }
            }
            return false;
        }
    }

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

    /** What is wrong with {@code model}, one sentence each, the first 100; empty where it holds together. */
    public static List<String> faults(Model model) {
        GraphVerifier verifier = new GraphVerifier();
        verifier.graph(
                model.graph(), null, model.opsets(), "graph '" + model.graph().name() + "'");
        for (Function function : model.functions()) {
            verifier.function(function);
        }
        return verifier.faults;
    }

    private void function(Function function) {
        String where = "function '" + function.domain() + "." + function.name() + "'";
        Scope scope = new Scope(null);
        function.inputs().forEach(name -> define(name, scope, "input", where));
        nodes(function.nodes(), scope, function.opsets(), where);
        function.outputs().stream().filter(name -> !scope.has(name)).forEach(name -> notProduced(name, where));
    }

    private void graph(Graph graph, @Nullable Scope around, Map<String, Long> opsets, String where) {
        Scope scope = new Scope(around);
        graph.inputs().forEach(v -> define(v.name(), scope, "input", where));
        for (String name : graph.initializers().keySet()) {
            if (name.isEmpty()) {
                fault("an initializer of " + where + " has no name");
            }
        }
        scope.defined().addAll(graph.initializers().keySet());
        nodes(graph.nodes(), scope, opsets, where);
        Set<String> outputs = new HashSet<>();
        for (Value output : graph.outputs()) {
            if (!scope.has(output.name())) {
                notProduced(output.name(), where);
            }
            if (!outputs.add(output.name())) {
                fault("output '" + output.name() + "' of " + where + " is listed twice");
            }
        }
    }

    private void nodes(List<Node> nodes, Scope scope, Map<String, Long> opsets, String where) {
        Set<String> later = new HashSet<>();
        nodes.forEach(node -> later.addAll(node.outputs()));
        for (Node node : nodes) {
            String culprit = "node '" + node.label() + "' (" + node.op() + ") of " + where;
            if (!opsets.containsKey(node.domain())) {
                fault(culprit + " needs operator set '" + (node.domain().isEmpty() ? "ai.onnx" : node.domain())
                        + "', which is not imported");
            }
            for (String used : new LinkedHashSet<>(node.inputs())) {
                if (!used.isEmpty() && !scope.has(used)) {
                    fault(culprit + " uses '" + used + "', which "
                            + (later.contains(used) ? "is only made later" : "nothing produces"));
                }
            }
            node.subgraphs()
                    .forEach(body -> graph(body, scope, opsets, "subgraph '" + body.name() + "' of " + culprit));
            node.outputs().stream()
                    .filter(output -> !output.isEmpty())
                    .forEach(output -> define(output, scope, "output of " + culprit, where));
        }
    }

    private void define(String name, Scope scope, String as, String where) {
        if (name.isEmpty()) {
            fault("an " + as + " of " + where + " has no name");
        } else if (!scope.defined().add(name)) {
            fault("'" + name + "', " + as + ", is defined twice in " + where);
        }
    }

    private void fault(String what) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(what);
        }
    }

    private void notProduced(String output, String where) {
        fault("output '" + output + "' of " + where + " is not produced by anything");
    }

    private static String excerpt(String printed) {
        List<String> lines = printed.lines().toList();
        return lines.size() <= SHOWN_LINES
                ? printed
                : String.join("\n", lines.subList(0, SHOWN_LINES)) + "\n… " + (lines.size() - SHOWN_LINES)
                        + " more lines";
    }
}
