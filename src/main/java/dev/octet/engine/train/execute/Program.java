package dev.octet.engine.train.execute;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Value;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.train.execute.Interposer.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A graph ready to be computed by libtorch, up to the values that are wanted.
 *
 * <p>Holds the graph's constants in libtorch's memory until closed. A value is let go of as soon as nobody reads it any more; what
 * differentiation needs of it is kept by libtorch itself.
 */
public final class Program implements AutoCloseable {

    private record Step(Node node, Operator operator, List<String> finished) {}

    private final List<Step> steps;
    private final List<String> inputs;
    private final Set<String> wanted;
    private final Map<String, Tensor> constants = new HashMap<>();

    private Program(List<Step> steps, List<String> inputs, Set<String> wanted) {
        this.steps = steps;
        this.inputs = inputs;
        this.wanted = wanted;
    }

    /**
     * The part of {@code graph} that {@code wanted} values need.
     *
     * @throws EngineException MODEL_UNSUPPORTED naming every operator that there is no function for, with its nodes
     */
    public static Program of(Graph graph, Set<String> wanted) {
        List<Node> needed = require(graph, wanted);
        Program program = new Program(
                steps(needed, wanted),
                graph.requiredInputs().stream().map(Value::name).toList(),
                Set.copyOf(wanted));
        try {
            for (Node node : needed) {
                node.inputs()
                        .forEach(name -> graph.constant(name)
                                .ifPresent(constant ->
                                        program.constants.computeIfAbsent(name, _ -> Tensors.of(constant))));
            }
        } catch (RuntimeException | Error e) {
            program.close();
            throw e;
        }
        return program;
    }

    /**
     * The nodes that {@code wanted} values need.
     *
     * @throws EngineException MODEL_UNSUPPORTED naming every operator that there is no function for, with its nodes
     */
    public static List<Node> require(Graph graph, Set<String> wanted) {
        List<Node> needed = needed(graph, wanted);
        List<Detail> unknown = needed.stream()
                .filter(node -> Operators.of(node).isEmpty())
                .map(node -> new Detail(node.label(), node.op() + " has no differentiable form here"))
                .toList();
        if (!unknown.isEmpty()) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "The model can't be trained: " + unknown.getFirst().message() + " ('"
                            + unknown.getFirst().path() + "')"
                            + (unknown.size() > 1 ? " and " + (unknown.size() - 1) + " more nodes" : "") + ".",
                    unknown);
        }
        return needed;
    }

    private static List<Node> needed(Graph graph, Set<String> wanted) {
        Set<String> values = new HashSet<>(wanted);
        List<Node> needed = new ArrayList<>();
        for (Node node : graph.nodes().reversed()) {
            if (node.outputs().stream().anyMatch(values::contains)) {
                values.addAll(node.inputs());
                needed.add(node);
            }
        }
        return needed.reversed();
    }

    private static List<Step> steps(List<Node> nodes, Set<String> wanted) {
        Set<String> read = new HashSet<>(wanted);
        List<Step> steps = new ArrayList<>();
        for (Node node : nodes.reversed()) {
            List<String> finished = new ArrayList<>();
            for (String name : node.inputs()) {
                if (!name.isEmpty() && read.add(name)) {
                    finished.add(name);
                }
            }
            for (String name : node.outputs()) {
                if (!name.isEmpty() && read.add(name)) {
                    finished.add(name);
                }
            }
            steps.add(new Step(node, Operators.of(node).orElseThrow(), finished));
        }
        return steps.reversed();
    }

    /** The stored constant of that name. */
    public Tensor constant(String name) {
        Tensor constant = constants.get(name);
        if (constant == null) {
            throw new IllegalStateException("no constant " + name);
        }
        return constant;
    }

    /**
     * Computes the wanted values.
     *
     * @param fed the graph's inputs by name; they belong to the caller
     * @return belongs to the pointer scope that this is called in
     */
    public Map<String, Tensor> run(Map<String, Tensor> fed, Interposer interposer) {
        Values values = new Values();
        for (String input : inputs) {
            Tensor tensor = fed.get(input);
            if (tensor != null) {
                interposer.store(input, new Tensor(tensor), null, values);
            }
        }
        for (Step step : steps) {
            if (!interposer.skips(step.node())) {
                compute(step, interposer, values);
            }
            step.finished().forEach(values::release);
        }
        Map<String, Tensor> results = new LinkedHashMap<>();
        wanted.forEach(name -> results.put(name, values.get(name)));
        return results;
    }

    private void compute(Step step, Interposer interposer, Values values) {
        Node node = step.node();
        List<@Nullable Tensor> arguments = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            String name = node.input(i);
            if (name.isEmpty()) {
                arguments.add(null);
                continue;
            }
            Tensor stored = constants.get(name);
            if (stored == null) {
                arguments.add(interposer.read(node, i, values));
            } else {
                Tensor other = interposer.constant(node, i);
                arguments.add(other == null ? stored : other);
            }
        }
        List<Tensor> made = results(step, arguments);
        for (int i = 0; i < node.outputs().size(); i++) {
            if (!node.output(i).isEmpty() && i < made.size()) {
                interposer.store(i == 0 ? interposer.nameOf(node) : node.output(i), made.get(i), node, values);
            }
        }
    }

    private static List<Tensor> results(Step step, List<@Nullable Tensor> arguments) {
        try {
            return step.operator().apply(new Call(step.node(), arguments));
        } catch (RuntimeException e) {
            if (e instanceof EngineException) {
                throw e;
            }
            // libtorch says what does not fit in a message with its own stack trace behind the first line.
            String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "The model can't be trained: " + step.node().op() + " '"
                            + step.node().label() + "': " + message,
                    e);
        }
    }

    @Override
    public void close() {
        constants.values().forEach(Tensor::close);
    }
}
