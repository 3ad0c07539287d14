package dev.octet.engine.runtime;

import dev.octet.engine.data.Column;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.onnx.OnnxReader;
import dev.octet.engine.runtime.ExecutedGraph.ExecutedNode;
import dev.octet.engine.runtime.ExecutedGraph.Island;
import dev.octet.engine.runtime.kernel.Arithmetic;
import dev.octet.engine.runtime.kernel.Islands;
import dev.octet.engine.runtime.kernel.Kernels;
import dev.octet.engine.runtime.kernel.MultiplyAccumulates;
import dev.octet.engine.runtime.kernel.Origins;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks at what the runtime really executes of a model. */
public final class Execution {

    private final Uses file;
    private final Graph executed;
    private final IdentityHashMap<Node, Arithmetic> kinds;
    private final Origins origins;
    private final IdentityHashMap<Node, Long> macs;

    private Execution(
            Uses file,
            Graph executed,
            IdentityHashMap<Node, Arithmetic> kinds,
            Origins origins,
            IdentityHashMap<Node, Long> macs) {
        this.file = file;
        this.executed = executed;
        this.kinds = kinds;
        this.origins = origins;
        this.macs = macs;
    }

    /**
     * As {@link #inspect(Path, List, int, Path)} with every free dimension of the inputs as 1: right where only the batch is free.
     */
    public static ExecutedGraph inspect(Path modelFile, int threads, Path scratch) {
        return inspect(modelFile, List.of(), threads, scratch);
    }

    /**
     * The graph that the runtime makes of {@code modelFile}, with the kind of each kernel and its multiply-accumulates.
     *
     * <p>Multiply-accumulates are those of the file's own nodes, given to the executed node that stands for them: so fused and
     * blocked forms count what they compute, not their padding. Bodies of If, Loop and Scan are not looked into.
     *
     * @param sample a batch for the model's inputs, of which only the shapes matter: the counts are those of one sample of it
     * @throws dev.octet.engine.scheme.EngineException MODEL_UNSUPPORTED where the runtime refuses the model
     */
    public static ExecutedGraph inspect(Path modelFile, List<Column> sample, int threads, Path scratch) {
        try (ScratchFolder folder = ScratchFolder.in(scratch);
                Arena arena = Arena.ofConfined()) {
            Path saved = folder.file("executed.onnx");
            Ort.save(modelFile, RuntimeOptions.optimized(threads).savingOptimized(saved));
            Path parent = modelFile.toAbsolutePath().getParent();
            Model file = OnnxReader.read(modelFile, parent == null ? modelFile : parent, arena);
            Graph executed =
                    OnnxReader.readOfRuntime(saved, folder.path(), arena).graph();
            Graph fixed = file.graph().withInputs(fixed(file.graph().inputs(), sample));
            Map<String, ValueType> types = new OrtRunner(scratch).types(file.withGraph(fixed));
            Origins origins = new Origins(file.graph(), executed);
            IdentityHashMap<Node, Arithmetic> kinds = Kernels.classify(executed, value -> {
                String original = origins.nameInFile(value);
                return original == null ? null : types.get(original);
            });
            IdentityHashMap<Node, Long> macs = count(executed, kinds, origins, new MultiplyAccumulates(types::get));
            return new Execution(Uses.of(file.graph()), executed, kinds, origins, macs).describe();
        }
    }

    /** {@code inputs} with no dimension left free: the batch is 1, the others are as in {@code sample}, else 1. */
    private static List<Value> fixed(List<Value> inputs, List<Column> sample) {
        Map<String, List<Long>> sampled = sample.stream().collect(Collectors.toMap(Column::name, Column::shape));
        List<Value> fixed = new ArrayList<>();
        for (Value input : inputs) {
            if (!(input.type() instanceof TensorType tensor) || tensor.shape() == null) {
                fixed.add(input);
                continue;
            }
            List<Long> sizes = sampled.getOrDefault(input.name(), List.of());
            List<Dim> dims = new ArrayList<>();
            for (int i = 0; i < tensor.rank(); i++) {
                Dim dim = tensor.shape().get(i);
                dims.add(dim.isKnown() ? dim : Dim.of(i > 0 && sizes.size() == tensor.rank() ? sizes.get(i) : 1));
            }
            fixed.add(new Value(input.name(), new TensorType(tensor.element(), dims)));
        }
        return fixed;
    }

    /** Gives each node of the file that computes to one executed node: the first that stands for it, integer ones before others. */
    private static IdentityHashMap<Node, Long> count(
            Graph executed, IdentityHashMap<Node, Arithmetic> kinds, Origins origins, MultiplyAccumulates counter) {
        IdentityHashMap<Node, Long> macs = new IdentityHashMap<>();
        Set<Node> counted = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Arithmetic kind : List.of(Arithmetic.INTEGER, Arithmetic.FLOAT)) {
            for (Node node : executed.nodes()) {
                if (kinds.get(node) == kind) {
                    long sum = 0;
                    for (Node origin : origins.of(node)) {
                        sum += counted.add(origin) ? counter.of(origin) : 0;
                    }
                    macs.put(node, sum);
                }
            }
        }
        return macs;
    }

    private ExecutedGraph describe() {
        List<ExecutedNode> nodes = new ArrayList<>();
        long all = 0;
        long integer = 0;
        for (Node node : executed.nodes()) {
            Arithmetic kind = kinds.getOrDefault(node, Arithmetic.FLOAT);
            long own = macs.getOrDefault(node, 0L);
            all += own;
            integer += kind == Arithmetic.INTEGER ? own : 0;
            nodes.add(new ExecutedNode(
                    node.name(),
                    node.domain(),
                    node.op(),
                    node.inputs(),
                    node.outputs(),
                    kind == Arithmetic.INTEGER,
                    kind == Arithmetic.CONVERSION,
                    own,
                    ids(origins.of(node))));
        }
        List<Island> islands = Islands.find(executed, kinds, origins::of, file).stream()
                .map(this::describe)
                .toList();
        return new ExecutedGraph(nodes, islands, all, integer);
    }

    private Island describe(Islands.Island island) {
        return new Island(
                island.nodes().stream().map(Node::label).toList(),
                island.nodes().stream()
                        .flatMap(node -> ids(origins.of(node)).stream())
                        .distinct()
                        .toList(),
                island.conversions(),
                island.nodes().stream()
                        .mapToLong(node -> macs.getOrDefault(node, 0L))
                        .sum(),
                String.join("; ", island.reasons()));
    }

    private static List<String> ids(List<Node> nodes) {
        return nodes.stream().map(Node::id).toList();
    }
}
