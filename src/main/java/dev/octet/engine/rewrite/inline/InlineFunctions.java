package dev.octet.engine.rewrite.inline;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Function;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Puts the bodies of local functions in the place of their calls.
 *
 * <pre>
 * before:  x, w -> my.Dense "layer1" -> y,   my.Dense(a, b) = { a, b -> MatMul "product" -> p -> Relu -> c }
 * after:   x, w -> MatMul "layer1/product" -> layer1/p -> Relu "layer1/c" -> y
 * </pre>
 *
 * <p>Functions that call functions, attributes handed on by reference with their defaults, inputs and outputs left out, calls in
 * bodies of If, Loop and Scan. What a function imports the model imports too; where both import an operator set, the model's
 * version holds, as the format asks (a function's operators must be the same in both) and as ONNX Runtime has it.
 */
public final class InlineFunctions implements Rewrite {

    /** Calls in calls; real models have a handful. */
    private static final int DEEPEST = 200;

    @Override
    public String title() {
        return "inline functions";
    }

    @Override
    public Result apply(Model model) {
        if (model.functions().isEmpty()) {
            return new Result(model, List.of("skipped: the model defines no functions"));
        }
        Expansion expansion = new Expansion(model);
        Graph graph = expansion.graph(model.graph(), Set.of());
        Map<String, Long> opsets = new LinkedHashMap<>(model.opsets());
        model.functions().forEach(function -> function.opsets().forEach(opsets::putIfAbsent));
        List<String> notes = new ArrayList<>();
        expansion.calls.forEach((key, calls) ->
                notes.add(calls == 1 ? "inlined the one call of " + key : "inlined " + calls + " calls of " + key));
        if (notes.isEmpty()) {
            notes.add("dropped " + model.functions().size() + " functions that nothing calls");
        }
        return new Result(new Model(graph, opsets, List.of(), model.metadata(), model.producer()), notes);
    }

    private static String key(String domain, String name) {
        return domain.isEmpty() ? name : domain + "." + name;
    }

    private static final class Expansion {

        private final Map<String, Function> functions = new LinkedHashMap<>();
        private final Map<String, Integer> calls = new TreeMap<>();
        private final Names names;

        Expansion(Model model) {
            model.functions().forEach(f -> functions.put(key(f.domain(), f.name()), f));
            names = new Names(model.graph());
        }

        /** The graph without calls; {@code within} are the functions whose bodies it is part of. */
        Graph graph(Graph graph, Set<String> within) {
            return graph.withNodes(nodes(graph.nodes(), within));
        }

        private List<Node> nodes(List<Node> nodes, Set<String> within) {
            List<Node> expanded = new ArrayList<>();
            for (Node node : nodes) {
                String key = key(node.domain(), node.op());
                Function function = functions.get(key);
                if (function == null) {
                    expanded.add(node.mapSubgraphs(body -> graph(body, within)));
                } else {
                    expanded.addAll(nodes(body(node, function), entering(key, within, node)));
                    calls.merge(key, 1, Integer::sum);
                }
            }
            return expanded;
        }

        private static Set<String> entering(String key, Set<String> within, Node call) {
            Set<String> path = new LinkedHashSet<>(within);
            if (!path.add(key)) {
                throw new EngineException(
                        Fault.MODEL_MALFORMED,
                        "function " + key + " calls itself: " + String.join(" -> ", path) + " -> " + key);
            }
            if (path.size() > DEEPEST) {
                throw new EngineException(
                        Fault.MODEL_UNSUPPORTED,
                        "node '" + call.label() + "' calls functions more than " + DEEPEST + " deep");
            }
            return path;
        }

        /** The body of {@code function} as {@code call} has it. */
        private List<Node> body(Node call, Function function) {
            if (call.inputs().size() > function.inputs().size()
                    || call.outputs().size() > function.outputs().size()) {
                throw new EngineException(
                        Fault.MODEL_MALFORMED,
                        "node '" + call.label() + "' has " + call.inputs().size() + " inputs and "
                                + call.outputs().size() + " outputs, function " + key(call.domain(), call.op())
                                + " takes " + function.inputs().size() + " and gives "
                                + function.outputs().size());
            }
            Map<String, Attribute> given = new LinkedHashMap<>(function.defaults());
            given.putAll(call.attributes());
            Copier copier = new Copier(names, call.label(), given);
            for (int i = 0; i < function.inputs().size(); i++) {
                copier.bind(function.inputs().get(i), call.input(i));
            }
            List<Node> handedOn = new ArrayList<>();
            Set<String> bound = new LinkedHashSet<>(function.inputs());
            for (int i = 0; i < function.outputs().size(); i++) {
                String formal = function.outputs().get(i);
                String actual = call.output(i);
                if (actual.isEmpty()) {
                    continue;
                }
                if (bound.add(formal)) {
                    copier.bind(formal, actual);
                } else {
                    handedOn.add(identity(call, copier.name(formal), actual));
                }
            }
            List<Node> nodes = new ArrayList<>(copier.copy(function.nodes()));
            nodes.addAll(handedOn);
            return nodes;
        }

        private Node identity(Node call, String from, String to) {
            if (from.isEmpty()) {
                throw new EngineException(
                        Fault.MODEL_MALFORMED,
                        "node '" + call.label() + "' takes output '" + to
                                + "', which is an input of its function that it leaves out");
            }
            return Node.of(names.node(call.label() + "/Identity"), "Identity", List.of(from), List.of(to));
        }
    }
}
