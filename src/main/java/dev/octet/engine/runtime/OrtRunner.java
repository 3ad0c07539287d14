package dev.octet.engine.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.octet.engine.graph.Bytes;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.GraphRunner;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Executes graphs in ONNX Runtime, node by node as written.
 *
 * <p>Made for running a piece of a model once (folding constants, asking for types). For running samples through a model there is
 * {@link RuntimeSession}.
 */
public final class OrtRunner implements GraphRunner {

    private static final RuntimeOptions AS_WRITTEN = RuntimeOptions.unoptimized(1);

    /** Shapes that a chain of constants computes are only known once it is folded. */
    private static final RuntimeOptions FOLDED =
            new RuntimeOptions(RuntimeOptions.Optimization.BASIC, 1, false, false, null, null);

    /** The type of an output that the runtime is left to infer: an empty one. */
    private static final ValueType INFERRED = new ValueType.OtherType("inferred", Bytes.of(new byte[0]));

    private static final long LARGE_BYTES = 64L << 10;

    private final Path scratch;

    /** Version of ONNX Runtime, such as 1.29.0. */
    public static String version() {
        return Ort.environment().getVersion();
    }

    /** A runner whose files live in {@code scratch} for as long as a call takes. */
    public OrtRunner(Path scratch) {
        this.scratch = scratch;
    }

    @Override
    public Map<String, Tensor> run(Model model, Map<String, Tensor> inputs, Set<String> outputs) {
        Graph graph = model.graph();
        for (Value input : graph.requiredInputs()) {
            if (!inputs.containsKey(input.name())) {
                throw new IllegalArgumentException("no tensor for input " + input.name());
            }
        }
        // Inputs become constants: so every element type can be given, even those that the binding can't pass.
        Map<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
        constants.putAll(inputs);
        Map<String, Tensor> results = new LinkedHashMap<>();
        Set<String> computed = new LinkedHashSet<>();
        for (String output : outputs) {
            Tensor constant = constants.get(output);
            if (constant == null) {
                computed.add(output);
            } else {
                results.put(output, constant);
            }
        }
        if (computed.isEmpty()) {
            return results;
        }
        Graph closed = graph.withInitializers(constants).withInputs(List.of());
        try (ScratchFolder folder = ScratchFolder.in(scratch);
                OrtSession session = Ort.open(write(model.withGraph(only(closed, computed)), folder), AS_WRITTEN);
                OrtSession.Result result = session.run(Map.of())) {
            for (String output : computed) {
                OnnxValue value = result.get(output).orElseThrow(() -> new IllegalStateException("no " + output));
                results.put(output, tensor(output, value));
            }
            return results;
        } catch (OrtException e) {
            throw Ort.failure("does not run in", e);
        }
    }

    @Override
    public Map<String, ValueType> types(Model model) {
        Graph graph = model.graph();
        Set<String> produced = new LinkedHashSet<>();
        for (Node node : graph.nodes()) {
            // The binding can't describe an optional value.
            if (!node.is("Optional")) {
                node.outputs().stream().filter(output -> !output.isEmpty()).forEach(produced::add);
            }
        }
        Map<String, ValueType> types = new LinkedHashMap<>();
        graph.inputs().forEach(input -> types.put(input.name(), input.type()));
        graph.initializers()
                .forEach((name, tensor) -> types.put(
                        name,
                        new ValueType.TensorType(
                                tensor.type(),
                                Arrays.stream(tensor.dims()).mapToObj(Dim::of).toList())));
        if (produced.isEmpty()) {
            return types;
        }
        try (ScratchFolder folder = ScratchFolder.in(scratch);
                OrtSession session =
                        Ort.open(write(model.withGraph(withOutputs(bare(graph), produced)), folder), FOLDED)) {
            for (NodeInfo info : session.getInputInfo().values()) {
                describe(info, types);
            }
            for (NodeInfo info : session.getOutputInfo().values()) {
                describe(info, types);
            }
            return types;
        } catch (OrtException e) {
            throw Ort.failure("is not described by", e);
        }
    }

    /** What types depend on: the type of a large weight in place of its elements. */
    private static Graph bare(Graph graph) {
        List<Value> inputs = new ArrayList<>(graph.inputs());
        Map<String, Tensor> small = new LinkedHashMap<>(graph.initializers());
        graph.initializers().forEach((name, tensor) -> {
            ValueType type = graph.typeOf(name);
            boolean large = tensor.type().isFloatingPoint() && tensor.data().byteSize() > LARGE_BYTES;
            if (large && type != null && !graph.isInput(name)) {
                small.remove(name);
                inputs.add(new Value(name, type));
            }
        });
        return graph.withInitializers(small).withInputs(inputs);
    }

    private static void describe(NodeInfo info, Map<String, ValueType> into) {
        if (info.getInfo() instanceof TensorInfo tensor) {
            into.put(info.getName(), RuntimeSession.type(info.getName(), tensor));
        }
    }

    private static Path write(Model model, ScratchFolder folder) {
        Path file = folder.file("model.onnx");
        OnnxWriter.writeScratch(model, file);
        return file;
    }

    private static Tensor tensor(String name, OnnxValue value) throws OrtException {
        if (!(value instanceof OnnxTensor tensor)) {
            throw new EngineException(Fault.MODEL_UNSUPPORTED, "'" + name + "' is no tensor: " + value.getInfo());
        }
        long[] dims = tensor.getInfo().getShape();
        ElementType type = RuntimeSession.elementType(name, tensor.getInfo());
        if (type == ElementType.STRING) {
            Object strings = tensor.getValue();
            return Tensor.ofStrings(dims, flatten(strings));
        }
        ByteBuffer bytes = tensor.getByteBuffer();
        byte[] content = new byte[bytes.remaining()];
        bytes.get(content);
        return Tensor.of(type, dims, MemorySegment.ofArray(content));
    }

    private static List<Bytes> flatten(Object strings) {
        return strings instanceof Object[] array
                ? Arrays.stream(array).flatMap(each -> flatten(each).stream()).toList()
                : List.of(Bytes.utf8(strings.toString()));
    }

    /** The part of {@code graph} that computes {@code values}, with these as its outputs and only the inputs they need. */
    static Graph only(Graph graph, Collection<String> values) {
        Graph cut = new GraphEditor(withOutputs(graph, values)).build();
        Set<String> used = new HashSet<>(values);
        cut.nodes().forEach(node -> collectUses(node, used));
        return cut.withInputs(cut.inputs().stream()
                .filter(input -> used.contains(input.name()))
                .toList());
    }

    private static Graph withOutputs(Graph graph, Collection<String> values) {
        return graph.withOutputs(
                values.stream().map(value -> new Value(value, INFERRED)).toList());
    }

    private static void collectUses(Node node, Set<String> used) {
        used.addAll(node.inputs());
        for (Graph body : node.subgraphs()) {
            body.outputs().forEach(output -> used.add(output.name()));
            body.nodes().forEach(inner -> collectUses(inner, used));
        }
    }
}
