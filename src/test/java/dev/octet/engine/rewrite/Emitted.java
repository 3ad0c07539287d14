package dev.octet.engine.rewrite;

import dev.octet.engine.data.Column;
import dev.octet.engine.graph.GraphVerifier;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.runtime.ExecutedGraph;
import dev.octet.engine.runtime.Execution;
import dev.octet.engine.runtime.OutputView;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A quantized model as a file, run by ONNX Runtime. */
record Emitted(Path file, Path scratch) {

    static Emitted write(Model model, Path folder) {
        GraphVerifier.verify(model);
        Path file = folder.resolve("emitted.onnx");
        OnnxWriter.write(model.withoutTypes(), file);
        return new Emitted(file, folder.resolve("scratch"));
    }

    /** Outputs of the integer kernels. */
    List<float[]> fused(Map<String, Tensor> inputs) {
        return run(inputs, RuntimeOptions.optimized(1));
    }

    /** Outputs of Q and DQ executed one by one. */
    List<float[]> literal(Map<String, Tensor> inputs) {
        return run(inputs, RuntimeOptions.literal(1));
    }

    private List<float[]> run(Map<String, Tensor> inputs, RuntimeOptions options) {
        List<Column> columns = inputs.entrySet().stream()
                .map(e -> column(e.getKey(), e.getValue()))
                .toList();
        try (RuntimeSession session = RuntimeSession.open(file, options)) {
            return session.run(columns).stream().map(Emitted::copy).toList();
        }
    }

    /** Operators that the runtime really executes. */
    List<String> operators() {
        return inspect().nodes().stream().map(ExecutedGraph.ExecutedNode::op).toList();
    }

    ExecutedGraph inspect() {
        return Execution.inspect(file, 1, scratch);
    }

    private static Column column(String name, Tensor tensor) {
        ByteBuffer data = ByteBuffer.allocateDirect(
                        Math.toIntExact(tensor.data().byteSize()))
                .order(ByteOrder.nativeOrder());
        data.put(0, tensor.data().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
        return new Column(
                name, tensor.type(), Arrays.stream(tensor.dims()).boxed().toList(), data);
    }

    private static float[] copy(OutputView view) {
        float[] values = new float[view.floats().remaining()];
        view.floats().get(view.floats().position(), values);
        return values;
    }
}
