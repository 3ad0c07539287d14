package dev.octet.engine.onnx;

import static dev.octet.engine.onnx.Protos.addition;
import static dev.octet.engine.onnx.Protos.attribute;
import static dev.octet.engine.onnx.Protos.floats;
import static dev.octet.engine.onnx.Protos.model;
import static dev.octet.engine.onnx.Protos.node;
import static dev.octet.engine.onnx.Protos.opset;
import static dev.octet.engine.onnx.Protos.weights;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.MessageLite;
import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.onnx.proto.AttributeProto;
import dev.octet.engine.onnx.proto.GraphProto;
import dev.octet.engine.onnx.proto.ModelProto;
import dev.octet.engine.onnx.proto.SparseTensorProto;
import dev.octet.engine.onnx.proto.TensorProto;
import dev.octet.engine.onnx.proto.TensorShapeProto;
import dev.octet.engine.onnx.proto.TrainingInfoProto;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxReaderTest {

    @TempDir
    Path folder;

    private final Arena arena = Arena.ofAuto();

    private Model read(MessageLite.Builder proto) {
        return Protos.read(proto, folder, arena);
    }

    private void assertRefused(Fault fault, MessageLite.Builder proto, String... parts) {
        assertRefused(fault, proto.build().toByteArray(), parts);
    }

    private void assertRefused(Fault fault, byte[] content, String... parts) {
        Path file = Protos.write(content, folder);
        assertThatThrownBy(() -> OnnxReader.read(file, folder, arena))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(fault))
                .message()
                .contains(parts);
    }

    @Test
    void readsWhatAModelSaysOfItself() {
        Model model = read(model(addition())
                .setProducerName("torch")
                .setProducerVersion("2.13")
                .addOpsetImport(opset("com.example", 3))
                .addMetadataProps(Protos.entry("author", "someone")));

        assertThat(model.opset()).isEqualTo(17);
        assertThat(model.opsets()).containsEntry("com.example", 3L);
        assertThat(model.producer()).isEqualTo("torch 2.13");
        assertThat(model.metadata()).containsExactly(Map.entry("author", "someone"));
        assertThat(model.graph().nodes()).containsExactly(Node.of("", "Add", List.of("x", "w"), List.of("y")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | an empty file",
                "'hello, this is my model' | a text file",
                "'<!DOCTYPE html><html><body>404' | an HTML page",
                "'version https://git-lfs.github.com/spec/v1' | a Git LFS pointer",
                "'{\"model\": 1}' | a text file"
            })
    void saysWhatAFileIsThatIsNoModel(String content, String kind) {
        assertRefused(Fault.MODEL_MALFORMED, content.getBytes(StandardCharsets.UTF_8), "not an ONNX model but " + kind);
    }

    @Test
    void saysWhatABinaryFileIsThatIsNoModel() {
        assertRefused(Fault.MODEL_MALFORMED, new byte[] {'P', 'K', 3, 4, 0, 0}, "a zip archive");
        assertRefused(Fault.MODEL_MALFORMED, new byte[] {0x1f, (byte) 0x8b, 8, 0}, "a gzip file");
        assertRefused(Fault.MODEL_MALFORMED, new byte[] {(byte) 0x80, 2, '}', 'q'}, "a Python pickle");
        assertRefused(Fault.MODEL_MALFORMED, new byte[] {28, 0, 0, 0, 'T', 'F', 'L', '3'}, "a TensorFlow Lite model");
        assertRefused(Fault.MODEL_MALFORMED, new byte[1000], "at byte 0: no field starts here");
    }

    @Test
    void refusesAFileCutOffAnywhere() {
        byte[] whole = model(addition()).build().toByteArray();
        for (int length = 0; length < whole.length; length++) {
            assertRefused(Fault.MODEL_MALFORMED, Arrays.copyOf(whole, length), "at byte ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "garbage", "PK\3\4", "<html>", "\n\n\n"})
    void refusesWhatFollowsTheModel(String garbage) {
        byte[] whole = model(addition()).build().toByteArray();
        byte[] tail = garbage.getBytes(StandardCharsets.ISO_8859_1);
        byte[] both = Arrays.copyOf(whole, whole.length + tail.length);
        System.arraycopy(tail, 0, both, whole.length, tail.length);

        assertRefused(Fault.MODEL_MALFORMED, both, "at byte " + whole.length);
    }

    @Test
    void namesAFileThatIsNotThere() {
        assertThatThrownBy(() -> OnnxReader.read(folder.resolve("none.onnx"), folder, arena))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.IO))
                .hasMessageContaining("none.onnx");
    }

    @Test
    void refusesAModelWithoutItsParts() {
        assertRefused(Fault.MODEL_MALFORMED, model(addition()).clearIrVersion(), "no ir_version");
        assertRefused(Fault.MODEL_MALFORMED, model(addition()).clearGraph(), "no graph");
        assertRefused(Fault.MODEL_MALFORMED, model(addition()).clearOpsetImport(), "does not say which operator sets");
        assertRefused(
                Fault.MODEL_MALFORMED,
                model(addition()).addOpsetImport(opset("ai.onnx", 13)),
                "imported in versions 17 and 13");
        assertRefused(Fault.MODEL_MALFORMED, model(addition()).addOpsetImport(opset("a", 0)), "version 0");
    }

    @Test
    void readsEveryFormatVersionFrom3On() {
        for (int version = 3; version <= 14; version++) {
            assertThat(read(model(addition()).setIrVersion(version)).graph().nodes())
                    .hasSize(1);
        }
        assertRefused(Fault.MODEL_UNSUPPORTED, model(addition()).setIrVersion(2), "version 2; versions 3 to 14");
        assertRefused(Fault.MODEL_UNSUPPORTED, model(addition()).setIrVersion(15), "version 15");
        assertRefused(Fault.MODEL_UNSUPPORTED, model(addition()).setIrVersion(-1), "version -1");
    }

    @Test
    void needsTheOperatorSetsItsNodesAreOf() {
        assertRefused(
                Fault.MODEL_MALFORMED,
                model(addition()).clearOpsetImport().addOpsetImport(opset("com.example", 1)),
                "node 'y' (Add)",
                "operator set 'ai.onnx', which is not imported");
        assertRefused(
                Fault.MODEL_MALFORMED,
                model(addition().setNode(0, node("Mine", List.of("x"), "y").setDomain("com.example"))),
                "operator set 'com.example'");
        GraphProto.Builder gelu =
                addition().setNode(0, node("Gelu", List.of("x"), "y").setDomain("com.microsoft"));
        assertThat(read(model(gelu)).opsets()).containsEntry("com.microsoft", 1L);
    }

    @Test
    void readsAModelWithoutOnnxsOwnOperators() {
        GraphProto.Builder gelu =
                addition().setNode(0, node("Gelu", List.of("x"), "y").setDomain("com.microsoft"));

        Model model = read(model(gelu).clearOpsetImport().addOpsetImport(opset("com.microsoft", 1)));

        assertThat(model.opset()).isZero();
    }

    @Test
    void sortsNodesThatStandInTheWrongOrder() {
        GraphProto.Builder graph = addition()
                .clearNode()
                .addNode(node("Relu", List.of("h"), "y"))
                .addNode(node("Add", List.of("x", "w"), "h"));

        assertThat(read(model(graph)).graph().nodes()).extracting(Node::op).containsExactly("Add", "Relu");
    }

    @Test
    void refusesNodesInACircle() {
        GraphProto.Builder graph = addition()
                .clearNode()
                .addNode(node("Add", List.of("x", "b"), "a").setName("one"))
                .addNode(node("Relu", List.of("a"), "b").setName("two"))
                .addNode(node("Relu", List.of("b"), "y"));

        assertRefused(Fault.MODEL_MALFORMED, model(graph), "in graph", "circle", "'one' (Add)", "'two' (Relu)");
    }

    @Test
    void refusesNamesThatAreTakenTwice() {
        assertRefused(
                Fault.MODEL_MALFORMED,
                model(addition().addInitializer(weights("w", 3, 4))),
                "graph.initializer[1]",
                "two initializers named 'w'");
        assertRefused(
                Fault.MODEL_MALFORMED,
                model(addition().addNode(node("Relu", List.of("x"), "y"))),
                "'y'",
                "defined twice");
        assertRefused(
                Fault.MODEL_MALFORMED, model(addition().addInput(floats("x", 2))), "'x', input, is defined twice");
        assertRefused(Fault.MODEL_MALFORMED, model(addition().addOutput(floats("y", 2))), "'y'", "listed twice");
    }

    @Test
    void refusesUsesOfWhatIsNotThere() {
        assertRefused(
                Fault.MODEL_MALFORMED,
                model(addition().clearInitializer()),
                "node 'y' (Add) of graph 'g' uses 'w', which nothing produces");
        assertRefused(Fault.MODEL_MALFORMED, model(addition().addOutput(floats("z", 2))), "output 'z'", "not produced");
    }

    @Test
    void refusesNodesAttributesAndValuesWithoutNames() {
        assertRefused(
                Fault.MODEL_MALFORMED,
                model(addition().addNode(node("", List.of("x"), "z"))),
                "graph.node[1]",
                "no operator");
        assertRefused(
                Fault.MODEL_MALFORMED, model(addition().addInitializer(weights("", 1))), "initializer has no name");
        assertRefused(Fault.MODEL_MALFORMED, model(addition().addInput(floats("", 1))), "a value has no name");
        assertRefused(
                Fault.MODEL_MALFORMED,
                model(addition().setNode(0, addition().getNode(0).toBuilder().addAttribute(attribute("", 1)))),
                "graph.node[0].attribute[0]",
                "no name");
        assertRefused(
                Fault.MODEL_MALFORMED,
                model(addition()
                        .setNode(
                                0,
                                addition().getNode(0).toBuilder()
                                        .addAttribute(attribute("a", 1))
                                        .addAttribute(attribute("a", 2)))),
                "two attributes named 'a'");
    }

    @Test
    void refusesAnInputWithoutType() {
        assertRefused(
                Fault.MODEL_MALFORMED,
                model(addition().setInput(0, floats("x", 2).toBuilder().clearType())),
                "input 'x' has no type");
    }

    @Test
    void readsShapesWithUnknownNamedAndNegativeSizes() {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"))
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(-1))
                .addDim(TensorShapeProto.Dimension.newBuilder())
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(2));
        Value x = read(model(addition().setInput(0, Protos.value("x", TensorProto.DataType.FLOAT, shape))))
                .graph()
                .inputs()
                .getFirst();

        assertThat(((ValueType.TensorType) x.type()).shape())
                .containsExactly(Dim.symbolic("N"), Dim.UNKNOWN, Dim.UNKNOWN, Dim.of(2));
        assertRefused(
                Fault.MODEL_MALFORMED, model(addition().setInput(0, floats("x", -2))), "dimension -2 is negative");
    }

    @Test
    void carriesTypesAndElementTypesItHasNoUseFor() {
        GraphProto.Builder graph = addition()
                .addValueInfo(Protos.value("e", TensorProto.DataType.INT2, TensorShapeProto.newBuilder()))
                .addValueInfo(Protos.value("h", TensorProto.DataType.UNDEFINED, TensorShapeProto.newBuilder()));

        Map<String, ValueType> types = read(model(graph)).graph().types();

        assertThat(types.get("e"))
                .isInstanceOfSatisfying(
                        ValueType.OtherType.class, t -> assertThat(t.text()).isEqualTo("tensor of INT2"));
        assertThat(types).doesNotContainKey("h");
    }

    @Test
    void refusesSparseInitializersAndLeavesTrainingOut() {
        assertRefused(
                Fault.MODEL_UNSUPPORTED,
                model(addition().addSparseInitializer(SparseTensorProto.getDefaultInstance())),
                "sparse initializers");
        assertThat(read(model(addition())
                                .addTrainingInfo(TrainingInfoProto.newBuilder().setAlgorithm(addition())))
                        .graph()
                        .nodes())
                .hasSize(1);
    }

    @Test
    void takesAttributesWhoseTypeOrZeroIsLeftOut() {
        AttributeProto untyped =
                AttributeProto.newBuilder().setName("axis").setI(3).build();
        AttributeProto zero = AttributeProto.newBuilder()
                .setName("alpha")
                .setType(AttributeProto.AttributeType.FLOAT)
                .build();
        Node node = read(model(addition()
                        .setNode(
                                0,
                                addition().getNode(0).toBuilder()
                                        .addAttribute(untyped)
                                        .addAttribute(zero))))
                .graph()
                .nodes()
                .getFirst();

        assertThat(node.attributes()).containsEntry("axis", Attribute.of(3L)).containsEntry("alpha", Attribute.of(0f));
    }

    @Test
    void refusesAttributesWithoutMeaning() {
        for (AttributeProto.Builder broken : List.of(
                AttributeProto.newBuilder(),
                AttributeProto.newBuilder().setI(1).setF(2),
                AttributeProto.newBuilder().setType(AttributeProto.AttributeType.TENSOR),
                AttributeProto.newBuilder().setType(AttributeProto.AttributeType.GRAPH),
                AttributeProto.newBuilder()
                        .setType(AttributeProto.AttributeType.INT)
                        .setRefAttrName("outer"))) {
            assertRefused(
                    Fault.MODEL_MALFORMED,
                    model(addition()
                            .setNode(0, addition().getNode(0).toBuilder().addAttribute(broken.setName("a")))),
                    "graph.node[0].attribute[0]",
                    "attribute 'a'");
        }
    }

    @Test
    void refusesTwoGraphs() {
        byte[] once = model(addition()).build().toByteArray();
        byte[] again = ModelProto.newBuilder().setGraph(addition()).build().toByteArray();
        byte[] both = Arrays.copyOf(once, once.length + again.length);
        System.arraycopy(again, 0, both, once.length, again.length);

        assertRefused(Fault.MODEL_MALFORMED, both, "two graphs");
    }
}
