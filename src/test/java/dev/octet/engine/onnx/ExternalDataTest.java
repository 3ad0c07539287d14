package dev.octet.engine.onnx;

import static dev.octet.engine.onnx.Protos.addition;
import static dev.octet.engine.onnx.Protos.entry;
import static dev.octet.engine.onnx.Protos.model;
import static dev.octet.engine.onnx.Protos.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.graph.Tensor;
import dev.octet.engine.onnx.proto.AttributeProto;
import dev.octet.engine.onnx.proto.GraphProto;
import dev.octet.engine.onnx.proto.SparseTensorProto;
import dev.octet.engine.onnx.proto.TensorProto;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalDataTest {

    @TempDir
    Path root;

    private Path folder = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(root.resolve("model"));
        Files.write(folder.resolve("weights.bin"), Protos.raw(5, 6, 7, 8).toByteArray());
        Files.write(root.resolve("secret.bin"), Protos.raw(1, 2).toByteArray());
    }

    private static TensorProto.Builder external(String location, String... entries) {
        TensorProto.Builder tensor = tensor("t", TensorProto.DataType.FLOAT, 2)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", location));
        for (int i = 0; i < entries.length; i += 2) {
            tensor.addExternalData(entry(entries[i], entries[i + 1]));
        }
        return tensor;
    }

    private float[] read(TensorProto.Builder tensor) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor read = Protos.read(model(addition().addInitializer(tensor)), folder, arena)
                    .graph()
                    .initializers()
                    .get("t");
            return Objects.requireNonNull(read).toFloats();
        }
    }

    private void assertRefused(TensorProto.Builder tensor, String message) {
        assertThatThrownBy(() -> read(tensor))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.MODEL_MALFORMED))
                .hasMessageContaining("graph.initializer[1]: ")
                .hasMessageContaining(message);
    }

    @Test
    void readsARegionOfAFileBesideTheModel() throws IOException {
        assertThat(read(external("weights.bin"))).containsExactly(5, 6);
        assertThat(read(external("weights.bin", "offset", "8", "length", "8", "checksum", "?")))
                .containsExactly(7, 8);
        assertThat(read(external("./weights.bin", "offset", "4"))).containsExactly(6, 7);
        Files.move(
                folder.resolve("weights.bin"),
                Files.createDirectory(folder.resolve("data")).resolve("w 0"));
        assertThat(read(external("data/w 0"))).containsExactly(5, 6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../secret.bin",
                "..",
                ".",
                "data/../../secret.bin",
                "/etc/passwd",
                "//etc/passwd",
                "a\0b",
                "*/_ORT_MEM_ADDR_/*",
                "_ORT_MEM_ADDR_"
            })
    void refusesLocationsThatLeadOut(String location) {
        assertRefused(external(location), "leads outside the model's folder");
    }

    @Test
    void refusesLinksInAnyPlaceOfTheWay() throws IOException {
        Files.createSymbolicLink(folder.resolve("link.bin"), root.resolve("secret.bin"));
        Files.createSymbolicLink(folder.resolve("up"), root);
        Files.createSymbolicLink(folder.resolve("dangling"), root.resolve("nowhere"));

        assertRefused(external("link.bin"), "'link.bin' goes through a link");
        assertRefused(external("up/secret.bin"), "goes through a link");
        assertRefused(external("dangling"), "goes through a link");
    }

    @Test
    void refusesWhatIsNoFile() throws IOException {
        Files.createDirectory(folder.resolve("data"));
        assertRefused(external("data"), "is not a file");
        assertRefused(external("weights.bin/x"), "is missing");
        assertRefused(
                external("weights.dat"), "'weights.dat' is missing; upload the model and its data files as one zip");
        assertRefused(external(""), "without a location");
    }

    @Test
    void refusesAPipeWithoutWaitingForIt() throws Exception {
        Process mkfifo = new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start();
        assertThat(mkfifo.waitFor()).isZero();
        assertRefused(external("pipe"), "is not a file");
    }

    @Test
    void refusesRegionsOutsideTheFile() {
        assertRefused(external("weights.bin", "offset", "12"), "has 16 bytes, bytes 12 to 20 are asked for");
        assertRefused(external("weights.bin", "offset", "-4"), "offset '-4'");
        assertRefused(external("weights.bin", "offset", "9223372036854775807"), "has 16 bytes");
        assertRefused(external("weights.bin", "offset", "99999999999999999999"), "not a number of bytes");
        assertRefused(external("weights.bin", "offset", "0x0"), "not a number of bytes");
        assertRefused(external("weights.bin", "length", "12"), "of 12 bytes, type and dimensions ask for 8");
        assertRefused(external("weights.bin").addDims(1L << 40), "bytes 0 to 8796093022208 are asked for");
        assertRefused(external("weights.bin").setRawData(Protos.raw(1, 2)), "more than one place");
    }

    @Test
    void tiedWeightsMayShareTheirBytesButOthersMayNotPileUp() {
        GraphProto.Builder tied = addition();
        GraphProto.Builder piled = addition();
        for (int i = 0; i < 100; i++) {
            tied.addInitializer(external("weights.bin").setName("t" + i));
            piled.addInitializer(
                    external("weights.bin", "offset", Integer.toString(i % 9)).setName("t" + i));
        }
        try (Arena arena = Arena.ofConfined()) {
            assertThat(Protos.read(model(tied), folder, arena).graph().initializers())
                    .hasSize(101);
            assertThatThrownBy(() -> Protos.read(model(piled), folder, arena)).hasMessageContaining("tensors overlap");
        }
    }

    @Test
    void locationsAreRelativeToTheModelInsideItsFolderAndToTheFolderElse() throws IOException {
        byte[] model = model(addition().addInitializer(external("weights.bin")))
                .build()
                .toByteArray();
        Path elsewhere = Files.write(root.resolve("upload"), model);
        Path below = Files.createDirectory(folder.resolve("below"));
        Path inside = Files.write(below.resolve("model.onnx"), model);
        Files.write(below.resolve("weights.bin"), Protos.raw(3, 4).toByteArray());
        try (Arena arena = Arena.ofConfined()) {
            assertThat(first(OnnxReader.read(elsewhere, folder, arena)
                            .graph()
                            .initializers()
                            .get("t")))
                    .isEqualTo(5);
            assertThat(first(OnnxReader.read(inside, folder, arena)
                            .graph()
                            .initializers()
                            .get("t")))
                    .isEqualTo(3);
        }
    }

    private static float first(@Nullable Tensor tensor) {
        return Objects.requireNonNull(tensor).toFloats()[0];
    }

    @Test
    void aSparseTensorAttributeCanNotReachForFilesEither() {
        AttributeProto sparse = AttributeProto.newBuilder()
                .setName("sparse_value")
                .setType(AttributeProto.AttributeType.SPARSE_TENSOR)
                .setSparseTensor(SparseTensorProto.newBuilder().setValues(external("/etc/passwd")))
                .build();
        GraphProto.Builder graph =
                addition().addNode(Protos.node("Constant", List.of(), "c").addAttribute(sparse));
        assertThatThrownBy(() -> Protos.read(model(graph), folder, Arena.ofAuto()))
                .hasMessageContaining(
                        "graph.node[1].attribute[0].sparse_tensor.values: a sparse tensor with external data");
    }

    @Test
    void readsATensorBeyondTwoGibibytesWithoutTouchingIt() throws IOException {
        long elements = (1L << 31) + 16;
        Path large = folder.resolve("large.bin");
        try (RandomAccessFile sparse = new RandomAccessFile(large.toFile(), "rw")) {
            sparse.setLength(elements);
            sparse.seek(elements - 1);
            sparse.write(42);
        }
        TensorProto.Builder tensor =
                external("large.bin").clearDims().addDims(elements).setDataType(TensorProto.DataType.UINT8_VALUE);
        try (Arena arena = Arena.ofConfined()) {
            Tensor read = Objects.requireNonNull(Protos.read(model(addition().addInitializer(tensor)), folder, arena)
                    .graph()
                    .initializers()
                    .get("t"));
            assertThat(read.elements()).isEqualTo(elements);
            assertThat(read.data().get(ValueLayout.JAVA_BYTE, elements - 1)).isEqualTo((byte) 42);
        } finally {
            Files.delete(large);
        }
    }
}
