package dev.octet.engine.onnx;

import static dev.octet.engine.onnx.Protos.addition;
import static dev.octet.engine.onnx.Protos.attribute;
import static dev.octet.engine.onnx.Protos.floats;
import static dev.octet.engine.onnx.Protos.model;
import static dev.octet.engine.onnx.Protos.node;
import static dev.octet.engine.onnx.Protos.opset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.octet.engine.onnx.proto.FunctionProto;
import dev.octet.engine.onnx.proto.GraphProto;
import dev.octet.engine.onnx.proto.ModelProto;
import dev.octet.engine.onnx.proto.NodeProto;
import dev.octet.engine.onnx.proto.TensorProto;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files made to exhaust the machine: each is refused, or read, in bounded time and memory. */
class HostileModelTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Path file(byte[] content) {
        return Protos.write(content, folder);
    }

    /** A model whose graph is {@code head} and then {@code repeated} over and over. */
    private Path bomb(GraphProto.Builder head, ByteString repeated, int times) throws IOException {
        byte[] before = model(addition()).clearGraph().build().toByteArray();
        byte[] first = head.build().toByteArray();
        Path file = folder.resolve("bomb.onnx");
        try (OutputStream out = Files.newOutputStream(file)) {
            CodedOutputStream coded = CodedOutputStream.newInstance(out);
            coded.writeRawBytes(before);
            coded.writeTag(ModelProto.GRAPH_FIELD_NUMBER, 2);
            coded.writeUInt64NoTag(first.length + (long) repeated.size() * times);
            coded.writeRawBytes(first);
            for (int i = 0; i < times; i++) {
                coded.writeRawBytes(repeated);
            }
            coded.flush();
        }
        return file;
    }

    private void assertRefused(Path file, Fault fault, String message) {
        assertTimeoutPreemptively(
                LIMIT,
                () -> assertThatThrownBy(() -> OnnxInspector.inspect(file, folder))
                        .isInstanceOfSatisfying(
                                EngineException.class,
                                e -> assertThat(e.fault()).isEqualTo(fault))
                        .hasMessageContaining(message));
    }

    @Test
    void tensOfMillionsOfEmptyMessages() throws IOException {
        ByteString value =
                GraphProto.newBuilder().addValueInfo(floats("v", 1)).build().toByteString();
        assertRefused(bomb(addition(), value, 400_000), Fault.MODEL_UNSUPPORTED, "more messages");

        ByteString dims = ByteString.copyFrom(new byte[] {42, 2, 8, 1});
        assertRefused(bomb(addition(), dims, 1_000_000), Fault.MODEL_MALFORMED, "graph.initializer[1]");
    }

    @Test
    void aHugeNumberOfNamesInOneNode() throws IOException {
        byte[] inputs = new byte[6_000_000];
        for (int i = 0; i < inputs.length; i += 2) {
            inputs[i] = NodeProto.INPUT_FIELD_NUMBER << 3 | 2;
        }
        assertRefused(
                bomb(addition(), field(GraphProto.NODE_FIELD_NUMBER, ByteString.copyFrom(inputs)), 1),
                Fault.MODEL_UNSUPPORTED,
                "more messages");
    }

    /** A field of bytes, as no builder would make it. */
    private static ByteString field(int number, ByteString content) throws IOException {
        ByteString.Output out = ByteString.newOutput();
        CodedOutputStream coded = CodedOutputStream.newInstance(out);
        coded.writeBytes(number, content);
        coded.flush();
        return out.toByteString();
    }

    @Test
    void millionsOfNodesThatAreNotConnected() throws IOException {
        ByteString node = GraphProto.newBuilder()
                .addNode(node("A", List.of("x"), ""))
                .build()
                .toByteString();
        assertRefused(bomb(addition(), node, 700_000), Fault.MODEL_UNSUPPORTED, "more messages");
    }

    @Test
    void asManyNodesAsAreAllowedFitIntoASmallHeap() throws IOException {
        ByteString node = GraphProto.newBuilder()
                .addNode(node("A", List.of("x"), ""))
                .build()
                .toByteString();
        Path file = bomb(addition(), node, 450_000);

        ModelFacts facts = assertTimeoutPreemptively(LIMIT, () -> OnnxInspector.inspect(file, folder));

        assertThat(facts.operators()).containsEntry("A", 450_000);
    }

    @Test
    void aVeryLongName() {
        GraphProto.Builder graph = addition().setName("n".repeat(70 << 20));
        assertRefused(file(model(graph).build().toByteArray()), Fault.MODEL_UNSUPPORTED, "more bytes of names");
    }

    @Test
    void integersThatDecodeToManyTimesTheirSize() throws IOException {
        int elements = 40_000_000;
        ByteString tensor = Protos.tensor("t", TensorProto.DataType.INT64, elements)
                .build()
                .toByteString()
                .concat(field(TensorProto.INT64_DATA_FIELD_NUMBER, ByteString.copyFrom(new byte[elements])));
        assertRefused(
                bomb(addition(), field(GraphProto.INITIALIZER_FIELD_NUMBER, tensor), 1),
                Fault.MODEL_UNSUPPORTED,
                "save it as raw_data");
    }

    @Test
    void subgraphsInSubgraphs() {
        GraphProto.Builder inner = addition();
        for (int i = 0; i < 60; i++) {
            inner = addition()
                    .clearInput()
                    .setNode(
                            0,
                            node("If", List.of("x"), "y")
                                    .addAttribute(attribute(
                                            "then_branch", inner.clone().clearInput())));
        }
        assertRefused(
                file(model(inner.addInput(floats("x", 2))).build().toByteArray()),
                Fault.MODEL_MALFORMED,
                "nested deeper than 100");
    }

    @Test
    void functionsThatCallThemselvesOrExplode() {
        ModelProto.Builder circle = model(addition()).addOpsetImport(opset("f", 1));
        circle.addFunctions(function("a", "b")).addFunctions(function("b", "a"));
        assertRefused(file(circle.build().toByteArray()), Fault.MODEL_MALFORMED, "use each other in a circle");

        ModelProto.Builder laughs = model(
                        addition().addNode(node("f0", List.of("x"), "z").setDomain("f")))
                .addOpsetImport(opset("f", 1));
        for (int i = 0; i < 30; i++) {
            laughs.addFunctions(function("f" + i, "f" + (i + 1)));
        }
        laughs.addFunctions(function("f30", "f31")).addFunctions(function("f31", ""));
        assertRefused(file(laughs.build().toByteArray()), Fault.MODEL_UNSUPPORTED, "grow beyond");

        ModelProto.Builder twice =
                model(addition()).addFunctions(function("f", "")).addFunctions(function("f", ""));
        assertRefused(file(twice.build().toByteArray()), Fault.MODEL_MALFORMED, "two functions named 'f.f'");
    }

    /** A function that calls {@code called} twice, or Relu where that is empty. */
    private static FunctionProto function(String name, String called) {
        String op = called.isEmpty() ? "Relu" : called;
        String domain = called.isEmpty() ? "" : "f";
        return FunctionProto.newBuilder()
                .setDomain("f")
                .setName(name)
                .addInput("i")
                .addOutput("o")
                .addOpsetImport(opset("", 17))
                .addOpsetImport(opset("f", 1))
                .addNode(node(op, List.of("i"), "h").setDomain(domain))
                .addNode(node(op, List.of("h"), "o").setDomain(domain))
                .build();
    }

    @Test
    void aFileBeyondTwoGibibytes() throws IOException {
        Path file = folder.resolve("large.onnx");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength((1L << 31) + 1);
        }
        assertRefused(file, Fault.MODEL_UNSUPPORTED, "the format ends at 2 GiB");
    }

    @Test
    void aLongChainOfNodesInReverse() {
        GraphProto.Builder graph = addition().clearNode();
        for (int i = 100_000; i > 0; i--) {
            graph.addNode(node("Relu", List.of(i == 1 ? "x" : "v" + (i - 1)), i == 100_000 ? "y" : "v" + i));
        }
        Path file = file(model(graph).build().toByteArray());

        ModelFacts facts = assertTimeoutPreemptively(LIMIT, () -> OnnxInspector.inspect(file, folder));

        assertThat(facts.operators()).containsEntry("Relu", 100_000);
    }
}
