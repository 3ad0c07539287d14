package dev.octet.engine.onnx;

import dev.octet.engine.graph.Function;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphVerifier;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Value;
import dev.octet.engine.onnx.proto.ModelProto;
import dev.octet.engine.onnx.proto.OperatorSetIdProto;
import dev.octet.engine.onnx.proto.Version;
import dev.octet.engine.onnx.wire.Wire;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a whole model and checks that its parts belong together. */
final class ModelReader {

    /** The oldest format that says which operator sets a model uses. */
    private static final long OLDEST = Version.IR_VERSION_2017_11_3_VALUE;

    /** From this IR version on an initializer that is also an input is only the input's default. */
    private static final long FIRST_WITH_DEFAULTS = 4;

    private static final long NEWEST = Version.IR_VERSION_VALUE;

    /** The operator set that ONNX Runtime has of its own, which it finds without an import. */
    private static final String RUNTIME = "com.microsoft";

    private final GraphReader graphs;
    private final FunctionReader functions;

    private long irVersion;
    private @Nullable Graph graph;
    private String producer = "";
    private String producerVersion = "";
    private final Map<String, Long> opsets = new LinkedHashMap<>();
    private final List<Function> declared = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    ModelReader(TensorReader tensors, boolean ofRuntime) {
        this.graphs = new GraphReader(tensors, ofRuntime);
        this.functions = new FunctionReader(graphs);
    }

    /** A ModelProto; training graphs in it are left out. */
    Model read(Wire wire) {
        while (wire.next()) {
            switch (wire.field()) {
                case ModelProto.IR_VERSION_FIELD_NUMBER -> irVersion = irVersion(wire);
                case ModelProto.PRODUCER_NAME_FIELD_NUMBER -> producer = wire.string();
                case ModelProto.PRODUCER_VERSION_FIELD_NUMBER -> producerVersion = wire.string();
                case ModelProto.OPSET_IMPORT_FIELD_NUMBER -> opset(wire.message(), opsets);
                case ModelProto.FUNCTIONS_FIELD_NUMBER -> declared.add(functions.read(wire.message()));
                case ModelProto.METADATA_PROPS_FIELD_NUMBER -> TensorReader.entry(wire.message(), metadata);
                case ModelProto.GRAPH_FIELD_NUMBER -> {
                    if (graph != null) {
                        throw wire.malformed("there are two graphs");
                    }
                    graph = graphs.graph(wire.message(), false);
                }
                default -> {}
            }
        }
        return model(wire);
    }

    /** An OperatorSetIdProto. */
    static void opset(Wire wire, Map<String, Long> into) {
        String domain = "";
        long version = 0;
        while (wire.next()) {
            switch (wire.field()) {
                case OperatorSetIdProto.DOMAIN_FIELD_NUMBER -> domain = wire.string();
                case OperatorSetIdProto.VERSION_FIELD_NUMBER -> version = wire.integer();
                default -> {}
            }
        }
        String key = domain.equals("ai.onnx") ? "" : domain;
        if (version < 1) {
            throw wire.malformed("version " + version + " of operator set '" + domain + "' does not exist");
        }
        Long other = into.put(key, version);
        if (other != null && other != version) {
            throw wire.malformed("operator set '" + domain + "' is imported in versions " + other + " and " + version);
        }
    }

    private static long irVersion(Wire wire) {
        long version = wire.integer();
        if (version < OLDEST || version > NEWEST) {
            throw wire.fault(
                    Fault.MODEL_UNSUPPORTED,
                    "ONNX format (IR) version " + version + "; versions " + OLDEST + " to " + NEWEST + " are read");
        }
        return version;
    }

    private Model model(Wire wire) {
        Graph top = graph == null || irVersion >= FIRST_WITH_DEFAULTS ? graph : withoutConstantInputs(graph);
        if (irVersion == 0 || top == null) {
            throw wire.malformed("no " + (top == null ? "graph" : "ir_version") + ", so this is not an ONNX model");
        }
        if (opsets.isEmpty()) {
            throw wire.malformed("the model does not say which operator sets it uses");
        }
        for (Value input : top.inputs()) {
            if (input.type().equals(TypeReader.UNKNOWN)) {
                throw wire.malformed("input '" + input.name() + "' has no type");
            }
        }
        FunctionReader.checkCalls(top, declared, wire);
        List<Function> completed = declared.stream().map(this::withOpsets).toList();
        Stream<Node> all = Stream.concat(top.nodes().stream(), declared.stream().flatMap(f -> f.nodes().stream()));
        if (!opsets.containsKey(RUNTIME) && all.anyMatch(ModelReader::usesRuntimes)) {
            opsets.put(RUNTIME, 1L);
        }
        Model model = new Model(top, opsets, completed, metadata, (producer + " " + producerVersion).strip());
        List<String> faults = GraphVerifier.faults(model);
        if (!faults.isEmpty()) {
            throw new EngineException(
                    Fault.MODEL_MALFORMED,
                    faults.getFirst() + (faults.size() > 1 ? " (and " + (faults.size() - 1) + " more)" : ""),
                    faults.stream()
                            .map(f -> new EngineException.Detail("graph", f))
                            .toList());
        }
        return model;
    }

    /** Before IR version 4 every initializer had to be listed as an input too, and none could be overridden. */
    private static Graph withoutConstantInputs(Graph graph) {
        return graph.withInputs(graph.requiredInputs());
    }

    private Function withOpsets(Function f) {
        Map<String, Long> own = new LinkedHashMap<>(f.opsets().isEmpty() ? opsets : f.opsets());
        if (f.nodes().stream().anyMatch(ModelReader::usesRuntimes)) {
            own.putIfAbsent(RUNTIME, 1L);
        }
        return new Function(
                f.domain(), f.name(), f.inputs(), f.outputs(), f.attributes(), f.defaults(), f.nodes(), own);
    }

    private static boolean usesRuntimes(Node node) {
        return node.domain().equals(RUNTIME)
                || node.subgraphs().stream().anyMatch(g -> g.nodes().stream().anyMatch(ModelReader::usesRuntimes));
    }
}
