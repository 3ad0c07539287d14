package dev.octet.engine.train.learn;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.plan.Placement;
import dev.octet.engine.plan.QuantizationPlan;
import dev.octet.engine.plan.Role;
import dev.octet.engine.plan.WeightAxis;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.train.execute.Interposer;
import dev.octet.engine.train.execute.Program;
import dev.octet.engine.train.execute.Tensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A quantized graph whose weights and encodings are learned.
 *
 * <p>Rounds exactly where the quantized file will: what a quantized node reads and writes, its weights, its bias in units of input
 * scale times weight scale; a fused clamp is left to the encoding before it. See {@code rewrite.InsertQdq}.
 */
public final class Student implements AutoCloseable {

    private final Graph graph;
    private final QuantizationPlan plan;
    private final Uses uses;
    private final Program program;
    private final Set<String> wanted;
    private final Map<String, QuantizedValues> values = new LinkedHashMap<>();
    private final Map<String, QuantizedWeights> weights = new LinkedHashMap<>();
    private final Map<String, Parameter> others = new LinkedHashMap<>();
    private final Map<String, Tensor> fixed = new HashMap<>();
    private final List<Parameter> parameters = new ArrayList<>();

    /**
     * A student of {@code graph}, quantized as {@code plan} says.
     *
     * @param wanted the values that are looked at
     * @param reduceRange whether 8-bit weights keep to 7 bits
     * @param units what parameters are measured in
     * @throws dev.octet.engine.scheme.EngineException MODEL_UNSUPPORTED naming what can't be differentiated
     */
    public Student(Graph graph, QuantizationPlan plan, Set<String> wanted, boolean reduceRange, Units units) {
        this.graph = graph;
        this.plan = plan;
        this.uses = Uses.of(graph);
        this.wanted = wanted;
        this.program = Program.of(graph, wanted);
        plan.activations().forEach((group, encoding) -> {
            QuantizedValues learned = new QuantizedValues(encoding, units);
            values.put(group, learned);
            parameters.add(learned.step());
        });
        Trainable.of(graph).forEach((name, use) -> addConstant(name, use, reduceRange, units));
        for (Node node : graph.nodes()) {
            if (plan.placement().isQuantized(node)) {
                addFixed(node);
            }
        }
    }

    private void addConstant(String name, Trainable use, boolean reduceRange, Units units) {
        Tensor start = program.constant(name);
        Encoding encoding = plan.weight(use.node()).orElse(null);
        if (encoding != null && use.input() == WeightAxis.input(use.node())) {
            int ends = reduceRange && encoding.type().bits() == 8
                    ? encoding.type().max() / 2
                    : encoding.type().max();
            QuantizedWeights learned = new QuantizedWeights(start, encoding, ends, units);
            weights.put(name, learned);
            parameters.addAll(learned.parameters());
            return;
        }
        try (PointerScope _ = new PointerScope()) {
            // A bias of zeros is to learn as fast as the weights beside it.
            Tensor beside = use.input() == 2 ? program.constant(use.node().input(1)) : start;
            Parameter learned = Parameter.free(start, units.of(start, beside));
            others.put(name, learned);
            parameters.add(learned);
        }
    }

    /** Quantized constants that are not learned: tables of rows, weights that several nodes share. */
    private void addFixed(Node node) {
        int input = WeightAxis.input(node);
        Encoding encoding = plan.weight(node).orElse(null);
        if (encoding == null || weights.containsKey(node.input(input))) {
            return;
        }
        try (PointerScope _ = new PointerScope()) {
            try (QuantizedWeights rounded = new QuantizedWeights(
                    program.constant(node.input(input)),
                    encoding,
                    encoding.type().max(),
                    Units.OWN)) {
                fixed.put(node.id(), Tensors.kept(() -> rounded.rounded(null)));
            }
        }
    }

    /** All that is learned, in a fixed order. */
    public List<Parameter> parameters() {
        return List.copyOf(parameters);
    }

    /**
     * Computes the wanted values.
     *
     * @param tape notes what to go back through; null where nothing is learned from this run
     */
    Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Tape tape) {
        return program.run(inputs, new Pass(tape));
    }

    /** The plan with encodings as learned. */
    public QuantizationPlan learnedPlan() {
        Map<String, Encoding> activations = new LinkedHashMap<>(plan.activations());
        activations.replaceAll((group, start) -> {
            QuantizedValues learned = values.get(group);
            return learned == null ? start : learned.encoding();
        });
        Map<String, Encoding> encodings = new LinkedHashMap<>(plan.weights());
        for (Node node : graph.nodes()) {
            QuantizedWeights learned = weights.get(node.input(WeightAxis.input(node)));
            if (learned != null && encodings.containsKey(node.id())) {
                encodings.put(node.id(), learned.encoding());
            }
        }
        return new QuantizationPlan(plan.placement(), plan.groups(), activations, encodings);
    }

    /** The graph with constants as learned, weights of quantized nodes on their grids. */
    public Graph learnedGraph() {
        Map<String, dev.octet.engine.graph.Tensor> constants = new LinkedHashMap<>(graph.initializers());
        weights.forEach((name, learned) -> constants.put(name, learned.values()));
        others.forEach((name, learned) -> {
            try (PointerScope _ = new PointerScope()) {
                constants.put(name, Tensors.constant(learned.value()));
            }
        });
        return graph.withInitializers(constants);
    }

    @Override
    public void close() {
        values.values().forEach(learned -> learned.step().close());
        weights.values().forEach(QuantizedWeights::close);
        others.values().forEach(Parameter::close);
        fixed.values().forEach(Tensor::close);
        program.close();
    }

    /** One run through the graph. */
    private final class Pass implements Interposer {
        private final @Nullable Tape tape;
        private final Map<String, Tensor> steps = new HashMap<>();

        Pass(@Nullable Tape tape) {
            this.tape = tape;
        }

        private Placement placement() {
            return plan.placement();
        }

        @Override
        public boolean skips(Node node) {
            return placement().isFused(node);
        }

        @Override
        public String nameOf(Node node) {
            return placement().isQuantized(node) ? placement().encodedOutput(node, uses) : node.output(0);
        }

        @Override
        public @Nullable Tensor constant(Node node, int i) {
            String name = node.input(i);
            QuantizedWeights learned = weights.get(name);
            if (learned != null) {
                steps.put(node.id(), learned.step());
                return learned.rounded(tape);
            }
            Parameter other = others.get(name);
            if (other == null) {
                return i == WeightAxis.input(node) ? fixed.get(node.id()) : null;
            }
            Tensor value = tape == null ? other.value() : other.leaf(tape);
            Tensor step = i == 2 ? steps.get(node.id()) : null;
            Tensor scale = step == null ? null : scaleOf(node.input(0));
            return step == null || scale == null ? value : roundedBias(value, step.mul(scale));
        }

        /** In the units of the sums that it is added to; its gradient passes as if it were not rounded. */
        private Tensor roundedBias(Tensor value, Tensor unit) {
            Tensor exact = value.detach();
            return value.add(exact.div(unit).round().mul(unit).sub(exact));
        }

        private @Nullable Tensor scaleOf(String value) {
            QuantizedValues encoded = values.get(plan.groups().getOrDefault(value, ""));
            return encoded == null ? null : encoded.step().value();
        }

        @Override
        public Tensor read(Node node, int i, Values kept) {
            String name = node.input(i);
            return placement().isQuantized(node)
                            && placement().rule(node).activations().contains(i)
                    ? kept.rounded(name)
                    : kept.get(name);
        }

        @Override
        public void store(String name, Tensor made, @Nullable Node producer, Values kept) {
            QuantizedValues encoded = values.get(plan.groups().getOrDefault(name, ""));
            Role role = producer != null && placement().isQuantized(producer)
                    ? placement().rule(producer).role()
                    : Role.FLOAT;
            if (encoded != null && producer != null && isWrittenRounded(name, producer, role)) {
                kept.put(name, encoded.rounded(made, tape));
                // The tape has a handle of its own, and lets go of it on the way back.
                made.close();
                return;
            }
            putJoined(name, made, kept);
            boolean moved = role == Role.MOVEMENT;
            if (encoded != null && !moved) {
                kept.putRounded(name, encoded.rounded(kept.get(name), tape));
            }
        }

        /** Whether {@code producer} can only write integers; what it only moves is on their grid already. */
        private boolean isWrittenRounded(String name, Node producer, Role role) {
            return switch (role) {
                case COMPUTE, COMPUTE_FLOAT_OUT, CLAMP, ARITHMETIC, CONCAT -> true;
                case MOVEMENT ->
                    !Objects.equals(plan.groups().get(name), plan.groups().get(producer.input(0)));
                case TABLE, RECURRENT, FLOAT -> false;
            };
        }

        /** What more than one reads is cut, so that each cut's gradient is whole before it goes on. */
        private void putJoined(String name, Tensor made, Values kept) {
            boolean cut = tape != null
                    && torch.isFloatingType(made.scalar_type())
                    && made.requires_grad()
                    && readers(name) > 1;
            if (tape != null && cut) {
                kept.put(name, tape.joint(made));
                made.close();
            } else {
                kept.put(name, made);
            }
        }

        private int readers(String name) {
            int readers = (wanted.contains(name) ? 1 : 0) + (plan.groups().containsKey(name) ? 1 : 0);
            for (Node node : uses.consumers(name)) {
                // Each output of a node that has several goes back through its inputs by itself.
                readers += Math.max(
                        (int) node.inputs().stream().filter(name::equals).count(),
                        node.outputs().size());
            }
            return readers;
        }
    }
}
