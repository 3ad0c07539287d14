package dev.octet.engine.onnx;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Function;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.onnx.wire.ReadBudget;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Says what a model file contains without running it.
 *
 * <p>No native code sees the file, and memory is bounded whatever it holds.
 */
public final class OnnxInspector {

    /** Operators of ONNX and ONNX Runtime that quantize or compute on quantized values. */
    private static final Set<String> QUANTIZED = Set.of(
            "QuantizeLinear",
            "DequantizeLinear",
            "DynamicQuantizeLinear",
            "ConvInteger",
            "MatMulInteger",
            "MatMulIntegerToFloat",
            "DynamicQuantizeMatMul",
            "DynamicQuantizeLSTM",
            "MatMulNBits",
            "MatMulBnb4",
            "MatMulFpQ4",
            "GatherBlockQuantized",
            "QAttention",
            "QEmbedLayerNormalization",
            "QGemm",
            "QMoE",
            "QOrderedMatMul",
            "QuantizeBFP",
            "DequantizeBFP");

    private static final List<String> QUANTIZED_FAMILIES = List.of("QLinear", "QOrdered");

    private static final Set<String> KNOWN_DOMAINS = Set.of(
            "",
            "ai.onnx.ml",
            "ai.onnx.training",
            "ai.onnx.preview",
            "ai.onnx.preview.training",
            "com.microsoft",
            "com.microsoft.nchwc",
            "com.ms.internal.nhwc");

    private static final Set<ElementType> WEIGHTS = EnumSet.of(
            ElementType.FLOAT,
            ElementType.FLOAT16,
            ElementType.BFLOAT16,
            ElementType.DOUBLE,
            ElementType.INT8,
            ElementType.UINT8,
            ElementType.INT4,
            ElementType.UINT4,
            ElementType.FLOAT8E4M3FN,
            ElementType.FLOAT8E4M3FNUZ,
            ElementType.FLOAT8E5M2,
            ElementType.FLOAT8E5M2FNUZ,
            ElementType.FLOAT4E2M1);

    private static final long LARGEST_DECODED = 256L << 20;

    private final Set<String> functions = new HashSet<>();
    private final Map<String, Integer> operators = new TreeMap<>();
    private final Set<String> customDomains = new TreeSet<>();
    private final NodeNames names = new NodeNames();
    private boolean quantized;
    private long parameters;
    private long weightBytes;

    private OnnxInspector() {}

    /**
     * What the model in {@code file} contains.
     *
     * @param folder what external data can't lead out of
     * @throws EngineException as {@link OnnxReader#read} does
     */
    public static ModelFacts inspect(Path file, Path folder) {
        try (Arena arena = Arena.ofConfined()) {
            return inspect(structure(file, folder, arena));
        }
    }

    /** What {@code model} contains, from whichever format it was read. */
    public static ModelFacts inspect(Model model) {
        return new OnnxInspector().facts(model);
    }

    /**
     * The model in {@code file} to be looked at: large constants that had to be decoded hold nothing that makes sense.
     *
     * @param folder what external data can't lead out of
     * @throws EngineException as {@link OnnxReader#read} does
     */
    public static Model structure(Path file, Path folder, Arena arena) {
        return OnnxReader.read(file, folder, arena, new Scratch(arena), ReadBudget.standard());
    }

    private ModelFacts facts(Model model) {
        model.functions().forEach(f -> functions.add(f.domain() + "." + f.name()));
        visit(model.graph());
        for (Function function : model.functions()) {
            names.moreToCome();
            visit(function.nodes());
        }
        return new ModelFacts(
                model.opset(),
                model.opsets(),
                model.producer(),
                model.graph().requiredInputs(),
                model.graph().outputs(),
                operators,
                parameters,
                quantized,
                List.copyOf(customDomains),
                weightBytes,
                names.known());
    }

    private void visit(Graph graph) {
        graph.initializers().values().forEach(this::weigh);
        visit(graph.nodes());
    }

    private void visit(List<Node> nodes) {
        for (Node node : nodes) {
            names.take(node);
            String domain = node.domain();
            operators.merge(domain.isEmpty() ? node.op() : domain + "." + node.op(), 1, Integer::sum);
            boolean own = functions.contains(domain + "." + node.op());
            if (!own && !KNOWN_DOMAINS.contains(domain)) {
                customDomains.add(domain);
            }
            quantized |= !own && KNOWN_DOMAINS.contains(domain) && isQuantized(node.op());
            for (Attribute attribute : node.attributes().values()) {
                if (attribute instanceof Attribute.OfTensor(Tensor tensor)) {
                    weigh(tensor);
                }
            }
            node.subgraphs().forEach(this::visit);
        }
    }

    private static boolean isQuantized(String op) {
        return QUANTIZED.contains(op) || QUANTIZED_FAMILIES.stream().anyMatch(op::startsWith);
    }

    private void weigh(Tensor tensor) {
        weightBytes += tensor.data().byteSize();
        if (WEIGHTS.contains(tensor.type())) {
            parameters += tensor.elements();
        }
    }

    /** Collects what nodes of a model can be called by: their names and their outputs'. */
    private static final class NodeNames {
        /** More characters than that are not worth keeping. */
        private static final int MOST = 1 << 20;

        private final Set<String> nodes = new HashSet<>();
        private final Set<String> all = new TreeSet<>();
        private int characters;
        private boolean unsure;

        /** Takes a node; one without a name is called as {@code NameNodes} will call it. */
        void take(Node node) {
            String name = node.name().isEmpty() ? node.op() + "_" + node.id() : node.name();
            // The second one of a name gets another, which depends on all the others.
            unsure |= !nodes.add(name);
            add(name);
            node.outputs().forEach(this::add);
        }

        private void add(String name) {
            if (characters <= MOST && !name.isEmpty() && all.add(name)) {
                characters += name.length();
            }
        }

        /** Says that nodes will come whose names are not known yet. */
        void moreToCome() {
            unsure = true;
        }

        /** All of them, sorted; null where there are others still to come, or too many. */
        @Nullable
        List<String> known() {
            return unsure || characters > MOST ? null : List.copyOf(all);
        }
    }

    /** Room for decoded tensors: small ones are kept, the large, which nobody is going to look at, share theirs. */
    private static final class Scratch implements SegmentAllocator {
        private static final long SMALL = 4 << 10;
        private static final long MOST_KEPT = 16 << 20;

        private final Arena arena;
        private MemorySegment room = MemorySegment.NULL;
        private long kept;

        Scratch(Arena arena) {
            this.arena = arena;
        }

        @Override
        public MemorySegment allocate(long bytes, long alignment) {
            if (bytes > LARGEST_DECODED) {
                throw new EngineException(
                        Fault.MODEL_UNSUPPORTED,
                        "a tensor of " + bytes + " bytes in int32_data, int64_data or the like; save it as raw_data");
            }
            if (bytes <= SMALL && kept + bytes <= MOST_KEPT) {
                kept += bytes;
                return arena.allocate(bytes, alignment);
            }
            if (room.byteSize() < bytes) {
                room = Arena.ofAuto().allocate(bytes, alignment);
            }
            return room.asSlice(0, bytes);
        }
    }
}
