package dev.octet.engine.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.octet.engine.data.Batch;
import dev.octet.engine.data.Column;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType.TensorType;
import dev.octet.engine.runtime.system.CLibrary;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model opened in ONNX Runtime, ready to run; for one thread at a time.
 *
 * <p>Inputs are used where they lie. Outputs are written to memory of the session wherever their shape can be foretold, else the
 * runtime allocates them and they are copied once.
 */
public final class RuntimeSession implements AutoCloseable {

    private final OrtSession session;
    private final List<Value> inputs;
    private final List<Value> outputs;
    private final OutputShapes shapes;
    private final OutputBuffers buffers = new OutputBuffers();

    private RuntimeSession(OrtSession session) throws OrtException {
        this.session = session;
        this.inputs = values(session.getInputInfo());
        this.outputs = values(session.getOutputInfo());
        this.shapes = new OutputShapes(inputs, outputs);
    }

    /**
     * Opens {@code modelFile}.
     *
     * @throws EngineException MODEL_UNSUPPORTED where the runtime refuses the model, or where an input or output is no numeric
     *     tensor
     */
    public static RuntimeSession open(Path modelFile, RuntimeOptions options) {
        OrtSession session = Ort.open(modelFile, options);
        try {
            return new RuntimeSession(session);
        } catch (OrtException e) {
            closeAfter(session, e);
            throw Ort.failure("is not described by", e);
        } catch (RuntimeException | Error e) {
            closeAfter(session, e);
            throw e;
        }
    }

    private static void closeAfter(OrtSession session, Throwable reason) {
        try {
            session.close();
        } catch (OrtException e) {
            reason.addSuppressed(e);
        }
    }

    private static List<Value> values(Map<String, NodeInfo> infos) {
        List<Value> values = new ArrayList<>();
        for (NodeInfo info : infos.values()) {
            if (!(info.getInfo() instanceof TensorInfo tensor)
                    || OutputBuffers.javaType(elementType(info.getName(), tensor)) == OnnxJavaType.UNKNOWN) {
                throw new EngineException(
                        Fault.MODEL_UNSUPPORTED,
                        "'" + info.getName() + "' is not a tensor of numbers that can be handed over: "
                                + info.getInfo());
            }
            values.add(new Value(info.getName(), type(info.getName(), tensor)));
        }
        return List.copyOf(values);
    }

    static ElementType elementType(String name, TensorInfo tensor) {
        // The binding numbers types in its own way; only their names are ONNX's.
        String type = tensor.onnxType.name().replace("ONNX_TENSOR_ELEMENT_DATA_TYPE_", "");
        return Arrays.stream(ElementType.values())
                .filter(each -> each.name().equals(type))
                .findFirst()
                .orElseThrow(() -> new EngineException(
                        Fault.MODEL_UNSUPPORTED, "'" + name + "' has an element type unknown here: " + type));
    }

    static TensorType type(String name, TensorInfo tensor) {
        long[] shape = tensor.getShape();
        String[] symbols = tensor.getDimensionNames();
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < shape.length; i++) {
            String symbol = i < symbols.length ? symbols[i] : "";
            dims.add(shape[i] >= 0 ? Dim.of(shape[i]) : symbol.isEmpty() ? Dim.UNKNOWN : Dim.symbolic(symbol));
        }
        return new TensorType(elementType(name, tensor), dims);
    }

    /** The inputs with the types the runtime gives them, in the model's order. */
    public List<Value> inputs() {
        return inputs;
    }

    /** The outputs with the types the runtime gives them, in the model's order. */
    public List<Value> outputs() {
        return outputs;
    }

    /** Runs the samples of {@code batch}; the views are valid until the next run or close. */
    public List<OutputView> run(Batch batch) {
        return run(batch.columns());
    }

    /**
     * Runs the model once.
     *
     * @param columns a direct buffer for each required input; columns that the model does not ask for are left out
     * @return all outputs, in the model's order, valid until the next run or close
     * @throws EngineException DATASET_MISMATCH where an input is missing, MODEL_UNSUPPORTED where the runtime gives up
     */
    public List<OutputView> run(List<Column> columns) {
        return run(columns, buffers);
    }

    /** As {@link #run(List)}, with outputs in {@code target}, valid until its next use; several threads may, each with its own. */
    List<OutputView> run(List<Column> columns, OutputBuffers target) {
        Map<String, OnnxTensor> given = new HashMap<>();
        try {
            feed(columns, given);
            Map<String, List<Long>> foretold = shapes.of(columns);
            if (foretold.isEmpty()) {
                return run(columns, given, target, foretold);
            }
            try {
                return run(columns, given, target, foretold);
            } catch (OrtException e) {
                shapes.distrust();
                // Where the shapes are not to blame this fails again, and says why.
                return run(columns, given, target, Map.of());
            }
        } catch (OrtException e) {
            throw Ort.failure("does not run in", e);
        } finally {
            given.values().forEach(OnnxTensor::close);
        }
    }

    private void feed(List<Column> columns, Map<String, OnnxTensor> given) throws OrtException {
        Map<String, Column> byName =
                columns.stream().collect(Collectors.toMap(Column::name, column -> column, (a, _) -> a));
        for (Value input : inputs) {
            Column column = byName.get(input.name());
            if (column == null) {
                throw new EngineException(
                        Fault.DATASET_MISMATCH,
                        "no values for the model's input '" + input.name() + "', given: " + byName.keySet());
            }
            if (column.type() != elementOf(input)) {
                throw new EngineException(
                        Fault.DATASET_MISMATCH,
                        "input '" + input.name() + "' is " + elementOf(input) + ", given: " + column.type());
            }
            OnnxJavaType type = OutputBuffers.javaType(column.type());
            long[] dims = OutputBuffers.dims(column.shape());
            given.put(column.name(), OnnxTensor.createTensor(Ort.environment(), column.data(), dims, type));
        }
    }

    private List<OutputView> run(
            List<Column> columns, Map<String, OnnxTensor> given, OutputBuffers target, Map<String, List<Long>> foretold)
            throws OrtException {
        Map<String, OnnxTensor> pinned = new LinkedHashMap<>();
        Set<String> free = new HashSet<>();
        for (Value output : outputs) {
            List<Long> shape = foretold.get(output.name());
            ElementType type = elementOf(output);
            if (shape != null && OutputBuffers.size(type, shape) >= 0) {
                pinned.put(output.name(), target.tensor(output.name(), type, shape));
            } else {
                free.add(output.name());
            }
        }
        try (OrtSession.Result result = session.run(given, free, pinned)) {
            List<OutputView> views = new ArrayList<>();
            for (Value output : outputs) {
                String name = output.name();
                ElementType type = elementOf(output);
                if (pinned.containsKey(name)) {
                    views.add(new OutputView(
                            name, type, foretold.getOrDefault(name, List.of()), target.floats(name, type)));
                } else {
                    views.add(copied(name, type, columns, result, target));
                }
            }
            return views;
        }
    }

    private OutputView copied(
            String name, ElementType type, List<Column> columns, OrtSession.Result result, OutputBuffers target) {
        OnnxValue value = result.get(name).orElseThrow(() -> new IllegalStateException("no output " + name));
        if (!(value instanceof OnnxTensor tensor)) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED, "output '" + name + "' is no tensor: " + value.getInfo());
        }
        List<Long> shape = Arrays.stream(tensor.getInfo().getShape()).boxed().toList();
        if (OutputBuffers.size(type, shape) < 0) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "output '" + name + "' of shape " + shape + " takes more than 2 GiB in one run");
        }
        ByteBuffer bytes = tensor.getByteBuffer().order(ByteOrder.nativeOrder());
        shapes.remember(columns, name, shape);
        return new OutputView(name, type, shape, target.floats(name, bytes, type));
    }

    private static ElementType elementOf(Value value) {
        return ((TensorType) value.type()).element();
    }

    /** Ends the trace that the options asked for and returns its file. */
    Path endProfiling() {
        try {
            return Path.of(session.endProfiling());
        } catch (OrtException e) {
            throw Ort.failure("gives no trace in", e);
        }
    }

    /** Frees the session and all memory of its outputs. */
    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw Ort.failure("can't be closed by", e);
        } finally {
            buffers.close();
            CLibrary.trimHeap();
        }
    }
}
