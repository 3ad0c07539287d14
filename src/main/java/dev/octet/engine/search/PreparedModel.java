package dev.octet.engine.search;

import dev.octet.engine.data.InputSpec;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphRunner;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.plan.Exclusions;
import dev.octet.engine.plan.pattern.Attention;
import dev.octet.engine.recipe.NamePattern;
import dev.octet.engine.rewrite.Preparation;
import dev.octet.engine.rewrite.shape.InferSymbolicShapes;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.search.source.SourceModel;
import dev.octet.engine.search.synthesis.FreeSizes;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A model read, checked and brought into the form that quantization works on.
 *
 * @param file the upload as an ONNX file: itself, unpacked or imported
 * @param original the model as uploaded
 * @param model the same with everything folded, its inner types those at {@link #inputs()} of one sample
 * @param lasting types of its inner values that hold for inputs of any size, as far as that is known; empty before
 *     {@link #withShapes}, and of a model without attention
 * @param inputs what it has to be fed
 * @param notes what the passes did or why they did not apply
 */
public record PreparedModel(
        Path file,
        Model original,
        Model model,
        Map<String, ValueType> lasting,
        List<InputSpec> inputs,
        List<String> notes) {

    /**
     * Reads {@code upload} and prepares it.
     *
     * @param scratch folder for what a zip holds
     * @param arena keeps the weights mapped; the caller closes it when done with the model
     * @throws EngineException MODEL_MALFORMED, MODEL_UNSUPPORTED, MODEL_ALREADY_QUANTIZED
     */
    public static PreparedModel read(Path upload, Path scratch, GraphRunner runner, Arena arena) {
        // A folder of its own: its files may be called like those that are made here.
        SourceModel source = SourceModel.read(upload, scratch.resolve("upload"), arena);
        if (source.facts().quantized()) {
            throw new EngineException(
                    Fault.MODEL_ALREADY_QUANTIZED,
                    "The model holds quantization operators already; give the floating-point model it was made from.");
        }
        Model original = source.model();
        Rewrite.Result prepared = Preparation.prepare(original, runner);
        return new PreparedModel(
                source.file(), original, prepared.model(), Map.of(), inputs(original.graph()), prepared.notes());
    }

    /**
     * The same with inner types at the shapes of one sample, and with those that hold at any.
     *
     * @param shapes shape of one sample's input by name, batch axis 1; what is not there is guessed from the declared shape
     */
    public PreparedModel withShapes(Map<String, List<Long>> shapes, GraphRunner runner) {
        Graph graph = model.graph();
        FreeSizes free = new FreeSizes(
                graph.requiredInputs().stream().map(PreparedModel::dims).toList());
        List<Value> bound = new ArrayList<>();
        for (Value input : graph.inputs()) {
            List<Long> shape = shapes.get(input.name());
            bound.add(
                    input.type() instanceof TensorType(var element, List<Dim> dims) && dims != null
                            ? new Value(
                                    input.name(),
                                    new TensorType(
                                            element,
                                            (shape == null ? free.ofOneSample(dims) : shape)
                                                    .stream().map(Dim::of).toList()))
                            : input);
        }
        Model atSample = model.withGraph(graph.withInputs(bound).withTypes(Map.of()));
        try {
            return new PreparedModel(
                    file,
                    original,
                    model.withGraph(graph.withTypes(runner.types(atSample))),
                    // Each inference writes the model and opens a session: only where the runtime has something to fuse
                    // by it.
                    attends() ? InferSymbolicShapes.infer(model, bound, runner) : Map.of(),
                    inputs,
                    notes);
        } catch (EngineException e) {
            if (e.fault() != Fault.MODEL_UNSUPPORTED
                    || graph.nodes().stream().allMatch(node -> node.subgraphs().isEmpty())) {
                throw e;
            }
            // A branch that no sample takes may be meant for other shapes: then those of the values before it stay
            // free.
            return withNote(
                    "take shapes from a sample: they are not those of every branch, so inner values keep the shapes"
                            + " that hold for all (" + e.getMessage() + ")");
        }
    }

    /** Whether it has attention. */
    public boolean attends() {
        return Attention.in(model.graph(), Uses.of(model.graph())).any();
    }

    /** The same with a further note. */
    public PreparedModel withNote(String note) {
        List<String> more = new ArrayList<>(notes);
        more.add(note);
        return new PreparedModel(file, original, model, lasting, inputs, more);
    }

    /**
     * {@code made}, which computes on values of this model under their names, as it is to be written: claiming of their types what
     * holds for inputs of any size.
     *
     * <p>The runtime fuses an Add with the LayerNormalization that follows only where it knows that both its inputs have one shape.
     */
    public Model typed(Model made) {
        Graph graph = made.graph();
        Map<String, ValueType> types = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            for (String value : node.outputs()) {
                ValueType type = lasting.get(value);
                if (type != null && !graph.isOutput(value)) {
                    types.put(value, type);
                }
            }
        }
        return made.withGraph(graph.withTypes(types));
    }

    /**
     * The names of all nodes that {@code patterns} mean, and of their outputs, in the model as uploaded or as prepared.
     *
     * @param patterns names of nodes, of values or of what nodes lie below, operator types, or patterns, see {@link NamePattern}
     * @throws EngineException RECIPE_INVALID with those that mean nothing: a typo would quantize what was to stay in floating point
     */
    public Set<String> names(Set<String> patterns) {
        List<Node> nodes = Stream.of(original, model)
                .flatMap(each -> each.graph().nodes().stream())
                .toList();
        Set<String> names = new TreeSet<>();
        List<EngineException.Detail> unknown = new ArrayList<>();
        for (String text : new TreeSet<>(patterns)) {
            NamePattern pattern = NamePattern.of(text);
            List<Node> meant =
                    nodes.stream().filter(node -> isMeant(node, pattern)).toList();
            meant.forEach(node -> {
                names.add(node.name());
                names.addAll(node.outputs());
            });
            if (meant.isEmpty()) {
                unknown.add(new EngineException.Detail(
                        "settings.exclude",
                        "'" + text + "' is neither a node, a value nor an operator type of the model"));
            }
        }
        if (!unknown.isEmpty()) {
            throw new EngineException(Fault.RECIPE_INVALID, unknown.getFirst().message(), unknown);
        }
        names.remove("");
        return names;
    }

    private static boolean isMeant(Node node, NamePattern pattern) {
        return pattern.isType(node.op())
                || new Exclusions(Set.of(pattern.toString())).cover(node)
                || pattern.matches(node.name())
                || node.outputs().stream().anyMatch(pattern::matches);
    }

    private static List<Dim> dims(Value input) {
        return input.type() instanceof TensorType(var _, List<Dim> dims) && dims != null ? dims : List.of();
    }

    /**
     * What a model has to be fed.
     *
     * @throws EngineException MODEL_UNSUPPORTED naming an input that no dataset can feed
     */
    public static List<InputSpec> inputs(Graph graph) {
        return graph.requiredInputs().stream()
                .map(input -> {
                    if (!(input.type() instanceof TensorType(var element, List<Dim> shape)) || shape == null) {
                        throw new EngineException(
                                Fault.MODEL_UNSUPPORTED,
                                "Input '" + input.name() + "' is " + input.type()
                                        + "; only tensors of known rank can be fed from a dataset.");
                    }
                    return new InputSpec(
                            input.name(), element, shape.stream().map(Dim::size).toList());
                })
                .toList();
    }
}
