package dev.octet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.graph.Bytes;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.onnx.proto.ModelProto;
import dev.octet.engine.onnx.proto.TensorProto;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxWriterTest {

    @TempDir
    Path folder;

    private static Model model(long opset, Map<String, Tensor> constants, Node... nodes) {
        ValueType type = new ValueType.TensorType(ElementType.FLOAT, List.of(Dim.symbolic("N")));
        Graph graph = new Graph(
                "g", List.of(new Value("x", type)), List.of(new Value("y", type)), List.of(nodes), constants, Map.of());
        return new Model(graph, Map.of("", opset), List.of(), Map.of(), "test");
    }

    private static Node relu() {
        return Node.of("", "Relu", List.of("x"), List.of("y"));
    }

    private ModelProto written(Model model) throws IOException {
        Path file = folder.resolve("m.onnx");
        OnnxWriter.write(model, file);
        return ModelProto.parseFrom(Files.readAllBytes(file));
    }

    @Test
    void choosesTheOldestFormatThatHoldsTheModel() throws IOException {
        assertThat(written(model(8, Map.of(), relu())).getIrVersion()).isEqualTo(3);
        assertThat(written(model(13, Map.of(), relu())).getIrVersion()).isEqualTo(7);
        assertThat(written(model(17, Map.of(), relu())).getIrVersion()).isEqualTo(8);
        assertThat(written(model(21, Map.of(), relu())).getIrVersion()).isEqualTo(10);
        assertThat(written(model(24, Map.of(), relu())).getIrVersion()).isEqualTo(12);
        Tensor nibbles = Tensor.ofBytes(ElementType.INT4, new byte[1], 2);
        assertThat(written(model(17, Map.of("w", nibbles), relu())).getIrVersion())
                .isEqualTo(10);
        Tensor floats = Tensor.ofFloats(new float[1], 1);
        assertThat(written(model(8, Map.of("w", floats), relu())).getIrVersion())
                .isEqualTo(4);
    }

    @Test
    void writesTensorsOfEveryKindSoThatTheyAreReadBack() {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        constants.put("scalar", Tensor.ofFloats(new float[] {Float.NaN}));
        constants.put("empty", Tensor.ofLongs(new long[0], 0, 3));
        constants.put("nibbles", Tensor.ofBytes(ElementType.UINT4, new byte[] {0x21, 0x03}, 3));
        constants.put("flags", Tensor.ofBytes(ElementType.BOOL, new byte[] {1, 0}, 2));
        constants.put("words", Tensor.ofStrings(new long[] {2}, List.of(Bytes.of(new byte[] {-1}), Bytes.utf8("b"))));
        Path file = folder.resolve("m.onnx");

        OnnxWriter.write(model(17, constants, relu()), file, 0);

        Map<String, Tensor> read =
                OnnxReader.read(file, folder, Arena.ofAuto()).graph().initializers();
        assertThat(read.keySet()).containsExactlyElementsOf(constants.keySet());
        constants.forEach((name, tensor) -> {
            Tensor same = Objects.requireNonNull(read.get(name));
            assertThat(same).hasToString(tensor.toString());
            if (tensor.type() == ElementType.STRING) {
                assertThat(same.strings()).isEqualTo(tensor.strings());
            } else {
                assertThat(same.data().mismatch(tensor.data())).isEqualTo(-1);
            }
        });
    }

    @Test
    void putsLargeTensorsAtPagesOfTheDataFileAndTiedOnesThereOnce() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment shared = arena.allocate(4096).fill((byte) 7);
            Tensor tied = Tensor.of(ElementType.UINT8, new long[] {4096}, shared);
            Map<String, Tensor> constants = new LinkedHashMap<>();
            constants.put("first", tied);
            constants.put("small", Tensor.ofFloats(new float[255], 255));
            constants.put("second", tied.reshaped(64, 64));
            constants.put("third", Tensor.ofFloats(new float[300], 300));
            Path file = folder.resolve("m.onnx");

            OnnxWriter.write(model(17, constants, relu()), file, 5000);

            List<TensorProto> tensors =
                    ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getInitializerList();
            assertThat(tensors)
                    .extracting(t -> t.getExternalDataCount() == 0 ? "inside" : offset(t))
                    .containsExactly("0", "inside", "0", "65536");
            assertThat(folder.resolve("m.onnx.data")).hasSize(65536 + 1200);
        }
    }

    private static String offset(TensorProto tensor) {
        assertThat(tensor.getExternalData(0).getValue()).isEqualTo("m.onnx.data");
        return tensor.getExternalData(1).getValue();
    }

    @Test
    void writesATensorBeyondTwoGibibytesWithoutBringingItToTheHeap() throws IOException {
        long bytes = (1L << 31) + 4096;
        Path source = folder.resolve("zeros");
        Path file = folder.resolve("m.onnx");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mapped = sparse(source, bytes, arena);
            Tensor large = Tensor.of(ElementType.UINT8, new long[] {bytes}, mapped);
            OnnxWriter.write(model(17, Map.of("w", large), relu()), file);

            Tensor read = Objects.requireNonNull(
                    OnnxReader.read(file, folder, arena).graph().initializers().get("w"));
            assertThat(read.elements()).isEqualTo(bytes);
            assertThat(read.data().get(ValueLayout.JAVA_BYTE, bytes - 1)).isEqualTo((byte) 42);
            assertThat(Files.size(file)).isLessThan(1000);
        } finally {
            Files.deleteIfExists(folder.resolve("m.onnx.data"));
        }
    }

    private static MemorySegment sparse(Path file, long bytes, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
            mapped.set(ValueLayout.JAVA_BYTE, bytes - 1, (byte) 42);
            return mapped;
        }
    }

    @Test
    void replacesAFileWhileItsOldContentIsStillMapped() {
        Path file = folder.resolve("m.onnx");
        Tensor weights = Tensor.ofFloats(new float[] {1, 2, 3}, 3);
        OnnxWriter.write(model(17, Map.of("w", weights), relu()), file);
        try (Arena arena = Arena.ofConfined()) {
            Model mapped = OnnxReader.read(file, folder, arena);

            OnnxWriter.write(mapped.withGraph(mapped.graph().withInitializers(Map.of())), file);
            OnnxWriter.write(mapped, file);
            OnnxWriter.write(OnnxReader.read(file, folder, arena), file);

            Tensor read = Objects.requireNonNull(
                    OnnxReader.read(file, folder, arena).graph().initializers().get("w"));
            assertThat(read.toFloats()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void leavesNothingBehindWhereItCanNotWrite() throws IOException {
        Files.createDirectory(folder.resolve("m.onnx")); // what can't be replaced by a file
        Files.writeString(folder.resolve("m.onnx").resolve("occupied"), "");
        Tensor weights = Tensor.ofFloats(new float[1000], 1000);

        assertThatThrownBy(() -> OnnxWriter.write(model(17, Map.of("w", weights), relu()), folder.resolve("m.onnx")))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.IO));
        assertThat(folder.toFile().list()).containsExactly("m.onnx");
        assertThatThrownBy(() -> OnnxWriter.write(model(17, Map.of(), relu()), folder.resolve("no/m.onnx")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("the model can't be written");
    }

    @Test
    void tellsAFullDiskFromOtherTrouble() {
        assertThat(EngineException.ofIo("x", new IOException("No space left on device"))
                        .fault())
                .isEqualTo(Fault.DISK_FULL);
        assertThat(EngineException.ofIo("x", new IOException("Disk quota exceeded"))
                        .fault())
                .isEqualTo(Fault.DISK_FULL);
        assertThat(EngineException.ofIo("x", new IOException("Permission denied"))
                        .fault())
                .isEqualTo(Fault.IO);
    }
}
