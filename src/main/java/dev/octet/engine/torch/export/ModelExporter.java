package dev.octet.engine.torch.export;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.torch.archive.ArchiveContent;
import dev.octet.engine.torch.archive.SampleInputs;
import dev.octet.engine.torch.program.Argument;
import dev.octet.engine.torch.program.ExportedProgram;
import dev.octet.engine.torch.program.ExportedProgram.OutputRole;
import dev.octet.engine.torch.program.ProgramGraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns one model into a program, node by node. */
public final class ModelExporter {

    /** The size of the first axis in the example, where it is free: exporters take 0 and 1 for special. */
    private static final long EXAMPLE_BATCH = 2;

    /** The size of other free axes in the example, where no sample tells one. */
    private static final long EXAMPLE_SIZE = 16;

    private final Graph graph;
    private final Uses uses;
    private final Translations translations;
    private final ProgramBuilder builder = new ProgramBuilder();
    private final Map<String, Operand> scope = new HashMap<>();
    private final Map<String, Size> free = new LinkedHashMap<>();
    private final Map<String, Detail> refused = new LinkedHashMap<>();

    private ModelExporter(Graph graph, Translations translations) {
        this.graph = graph;
        this.uses = Uses.of(graph);
        this.translations = translations;
    }

    /**
     * The program that computes what {@code model} does.
     *
     * @param samples shape of one sample's input by name; what is not there is made up where an example needs it
     * @throws EngineException MODEL_UNSUPPORTED with every node that can't be said in ATen in the details
     */
    public static ArchiveContent export(Model model, Map<String, List<Long>> samples, Translations translations) {
        return new ModelExporter(model.graph(), translations).export(samples);
    }

    private ArchiveContent export(Map<String, List<Long>> samples) {
        for (Value input : graph.requiredInputs()) {
            bindInput(input, samples.get(input.name()));
        }
        for (Node node : graph.nodes()) {
            translate(node);
        }
        if (!refused.isEmpty()) {
            throw unsupported();
        }
        List<Argument> outputs = new ArrayList<>();
        List<OutputRole> roles = new ArrayList<>();
        for (Value output : graph.outputs()) {
            Argument result = new Argument.OfTensor(tensor(output.name()).name());
            outputs.add(result);
            roles.add(new OutputRole.User(result));
        }
        builder.prune(outputs);
        ProgramGraph program = new ProgramGraph(builder.inputs(), outputs, builder.nodes(), builder.tensors());
        List<String> names = graph.outputs().stream().map(Value::name).toList();
        return new ArchiveContent(
                new ExportedProgram(program, builder.roles(), roles, names, ""),
                builder.symbols(
                        free.values().stream().map(ModelExporter::symbol).toList()),
                builder.stored(),
                examples());
    }

    private static String symbol(Size size) {
        return size.terms().firstKey().getFirst() instanceof Size.Atom.Free(String name, long _) ? name : "";
    }

    private List<SampleInputs.Sample> examples() {
        return graph.requiredInputs().stream()
                .map(input -> (Operand.OfTensor) scope.get(input.name()))
                .map(input -> new SampleInputs.Sample(
                        input.type(), input.sizes().stream().map(Size::example).toList()))
                .toList();
    }

    private void bindInput(Value input, @Nullable List<Long> sample) {
        if (!(input.type() instanceof TensorType(ElementType element, List<Dim> dims)) || dims == null) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "input '" + input.name() + "' is " + input.type() + ", no tensor of known rank");
        }
        List<Size> sizes = new ArrayList<>();
        for (int i = 0; i < dims.size(); i++) {
            Dim dim = dims.get(i);
            long told = sample != null && sample.size() == dims.size() ? sample.get(i) : EXAMPLE_SIZE;
            long example = i == 0 ? EXAMPLE_BATCH : Math.max(2, told);
            String key = dim.symbol() != null ? dim.symbol() : input.name() + " " + i;
            sizes.add(
                    dim.isKnown()
                            ? Size.of(dim.size())
                            : free.computeIfAbsent(key, _ -> Size.free("s" + free.size(), example)));
        }
        Operand.OfTensor tensor = builder.input(input.name(), element, sizes);
        for (int i = 0; i < sizes.size(); i++) {
            builder.bind(sizes.get(i), tensor, i);
        }
        scope.put(input.name(), tensor);
    }

    private void translate(Node node) {
        if (scope.keySet().containsAll(node.outputs())) {
            // A node before it has given what it gives.
            return;
        }
        if (node.inputs().stream()
                .anyMatch(input -> !input.isEmpty()
                        && known(input) == null
                        && constant(input).isEmpty())) {
            // It reads what was refused; that has been said already.
            if (translations.find(node).isEmpty()) {
                refuse(new OnnxCall(node, this).refuse("the operator has no counterpart"));
            }
            return;
        }
        OnnxCall call = new OnnxCall(node, this);
        builder.at(module(node.name()), node.documentation());
        try {
            if (numbers(node, call)) {
                return;
            }
            translations
                    .find(node)
                    .orElseThrow(() -> call.refuse("the operator has no counterpart"))
                    .translate(call);
        } catch (EngineException e) {
            if (e.fault() != Fault.MODEL_UNSUPPORTED) {
                throw e;
            }
            refuse(e);
        } catch (ArithmeticException e) {
            refuse(call.refuse("its sizes make no sense (" + e.getMessage() + ")"));
        }
    }

    private void refuse(EngineException e) {
        e.details().forEach(detail -> refused.putIfAbsent(detail.path() + detail.message(), detail));
    }

    /** Computes on sizes where only sizes are given. */
    private boolean numbers(Node node, OnnxCall call) {
        boolean any = false;
        for (int i = 0; i < node.inputs().size(); i++) {
            any |= call.isNumbers(i);
            if (call.has(i) && call.numbers(i).isEmpty()) {
                return false;
            }
        }
        Optional<Operand.OfNumbers> result =
                any ? translations.numberRule(node).flatMap(rule -> rule.apply(call)) : Optional.empty();
        result.ifPresent(call::give);
        return result.isPresent();
    }

    /** The module of a node called as paths of modules are; empty for others. */
    private static String module(String name) {
        int slash = name.lastIndexOf('/');
        String path = slash < 0 ? name : name.substring(0, slash);
        return path.matches("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z0-9_]+)*") ? path : "";
    }

    private EngineException unsupported() {
        List<Detail> details = List.copyOf(refused.values());
        String all = details.stream().map(Detail::message).limit(5).collect(Collectors.joining("; "));
        return new EngineException(
                Fault.MODEL_UNSUPPORTED,
                details.size() + (details.size() == 1 ? " layer" : " layers") + " can't be said in ATen: " + all
                        + (details.size() > 5 ? "; and " + (details.size() - 5) + " more" : ""),
                details);
    }

    ProgramBuilder builder() {
        return builder;
    }

    Uses uses() {
        return uses;
    }

    boolean isNeeded(String value) {
        return uses.isOutput(value) || !uses.consumers(value).isEmpty();
    }

    void bind(String value, Operand operand) {
        scope.put(value, operand);
    }

    @Nullable
    Operand known(String value) {
        return scope.get(value);
    }

    Optional<Tensor> constant(String value) {
        return graph.constant(value);
    }

    /** What {@code value} is, as a tensor. */
    Operand.OfTensor tensor(String value) {
        Operand operand = scope.get(value);
        Operand.OfTensor tensor = switch (operand) {
            case Operand.OfTensor own -> own;
            case Operand.OfNumbers numbers -> new NumberTensor(builder).of(value, numbers);
            case null ->
                builder.store(
                        value,
                        constant(value)
                                .orElseThrow(() -> new EngineException(
                                        Fault.MODEL_MALFORMED, "nothing gives the value '" + value + "'")));
        };
        scope.put(value, tensor);
        return tensor;
    }
}
