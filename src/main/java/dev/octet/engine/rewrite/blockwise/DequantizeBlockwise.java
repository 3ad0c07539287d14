package dev.octet.engine.rewrite.blockwise;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphEditor;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.plan.WeightAxis;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The float model that a model with weights in blocks stands for: each weight replaced by what its integer means.
 *
 * <pre>
 * before:  x ─ MatMul(w) ─ y
 * after:   x ─ MatMul((q - z) · s) ─ y
 * </pre>
 *
 * <p>It runs on float kernels alone, which makes it the independent reference for what {@link InsertBlockwise} emits. The floats go to a
 * mapped file, one row at a time.
 */
public final class DequantizeBlockwise {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private record Key(BlockwiseMatrix matrix, boolean columnsFirst) {}

    private final Path file;
    private final Arena arena;
    private final Map<Key, String> done = new HashMap<>();

    private DequantizeBlockwise(Path file, Arena arena) {
        this.file = file;
        this.arena = arena;
    }

    /**
     * The float model.
     *
     * @param model the float model that {@code matrices} were made from
     * @param matrices weights by {@link Node#id()}
     * @param file where the floats are put; must not exist
     * @param arena keeps that file mapped; the caller closes it when done with the model
     */
    public static Model perform(Model model, Map<String, BlockwiseMatrix> matrices, Path file, Arena arena) {
        return model.withGraph(new DequantizeBlockwise(file, arena).graph(model.graph(), matrices));
    }

    private Graph graph(Graph graph, Map<String, BlockwiseMatrix> matrices) {
        GraphEditor editor = new GraphEditor(graph);
        for (Node node : graph.nodes()) {
            BlockwiseMatrix matrix = matrices.get(node.id());
            if (matrix != null) {
                int position = WeightAxis.input(node);
                boolean columnsFirst = node.is("MatMul") || (node.is("Gemm") && node.intAttribute("transB", 0) == 0);
                String name = done.computeIfAbsent(
                        new Key(matrix, columnsFirst),
                        key -> editor.addInitializer(node.input(position) + "_dequantized", tensor(key)));
                List<String> inputs = new ArrayList<>(node.inputs());
                inputs.set(position, name);
                editor.replace(node, List.of(node.withInputs(inputs)));
            }
        }
        return editor.build();
    }

    private Tensor tensor(Key key) {
        int rows = key.matrix().rows();
        int columns = key.matrix().columns();
        MemorySegment floats = map(4L * rows * columns);
        for (int r = 0; r < rows; r++) {
            float[] row = key.matrix().dequantized(r);
            if (key.columnsFirst()) {
                for (int c = 0; c < columns; c++) {
                    floats.setAtIndex(FLOAT, (long) c * rows + r, row[c]);
                }
            } else {
                MemorySegment.copy(row, 0, floats, FLOAT, 4L * r * columns, columns);
            }
        }
        return Tensor.of(
                ElementType.FLOAT,
                key.columnsFirst() ? new long[] {columns, rows} : new long[] {rows, columns},
                floats);
    }

    private MemorySegment map(long bytes) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, channel.size(), bytes, arena);
        } catch (IOException e) {
            throw EngineException.ofIo("the dequantized weights can't be kept", e);
        }
    }
}
