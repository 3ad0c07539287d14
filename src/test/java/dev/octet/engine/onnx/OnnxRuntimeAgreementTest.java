package dev.octet.engine.onnx;

import static dev.octet.engine.onnx.Protos.addition;
import static dev.octet.engine.onnx.Protos.attribute;
import static dev.octet.engine.onnx.Protos.floats;
import static dev.octet.engine.onnx.Protos.model;
import static dev.octet.engine.onnx.Protos.node;
import static dev.octet.engine.onnx.Protos.opset;
import static dev.octet.engine.onnx.Protos.weights;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Model;
import dev.octet.engine.onnx.proto.AttributeProto;
import dev.octet.engine.onnx.proto.FunctionProto;
import dev.octet.engine.onnx.proto.GraphProto;
import dev.octet.engine.onnx.proto.ModelProto;
import dev.octet.engine.onnx.proto.TensorProto;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of unusual make that ONNX Runtime takes: read and written they give what they gave before. */
class OnnxRuntimeAgreementTest {

    @TempDir
    Path folder;

    private Model assertUnchanged(ModelProto.Builder proto, String... inputs) {
        Path original = Protos.write(proto.build().toByteArray(), folder);
        Path written = folder.resolve("written.onnx");
        Map<String, long[]> shapes =
                inputs.length == 0 ? Map.of("x", new long[] {2}) : Map.of(inputs[0], new long[] {2});
        try (Arena arena = Arena.ofShared()) {
            Model model = OnnxReader.read(original, folder, arena);
            OnnxWriter.write(model, written, 4);
            assertThat(OnnxRuntime.run(written, shapes))
                    .usingRecursiveComparison()
                    .isEqualTo(OnnxRuntime.run(original, shapes));
            return model;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"input:0", "in put/0.1", "日本", "'quoted\"", "tab\there", "_", "-1"})
    void namesOfAnyKind(String name) {
        assertUnchanged(
                model(GraphProto.newBuilder()
                        .setName(name)
                        .addInput(floats(name, 2))
                        .addOutput(floats("y", 2))
                        .addNode(node("Relu", List.of(name), name + "_r"))
                        .addNode(node("Neg", List.of(name + "_r"), "y").setName(name))),
                name);
    }

    @Test
    void nodesWithoutNamesInTheWrongOrder() {
        assertUnchanged(model(addition()
                .clearNode()
                .addNode(node("Relu", List.of("h"), "y"))
                .addNode(node("Add", List.of("x", "w"), "h"))));
    }

    @Test
    void initializersThatAreInputsToo() {
        Model model = assertUnchanged(model(addition().addInput(floats("w", 2)))
                .setIrVersion(4)
                .clearOpsetImport()
                .addOpsetImport(opset("", 9)));

        assertThat(model.graph().inputs()).hasSize(2);
        assertThat(model.graph().requiredInputs()).hasSize(1);
        assertThat(model.graph().constant("w")).isEmpty();
    }

    @Test
    void initializersOfOldFilesWhichHadToBeInputsAreConstants() {
        Model model = assertUnchanged(model(addition().addInput(floats("w", 2)))
                .setIrVersion(3)
                .clearOpsetImport()
                .addOpsetImport(opset("", 8)));

        assertThat(model.graph().inputs()).hasSize(1);
        assertThat(model.graph().constant("w")).isPresent();
    }

    @Test
    void weightsAsConstantNodesAndTypedData() {
        TensorProto.Builder half = Protos.tensor("", TensorProto.DataType.FLOAT, 2)
                .addFloatData(0.5f)
                .addFloatData(2);
        assertUnchanged(model(addition()
                .clearInitializer()
                .clearNode()
                .addNode(node("Constant", List.of(), "w")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("value")
                                .setType(AttributeProto.AttributeType.TENSOR)
                                .setT(half)))
                .addNode(node("Mul", List.of("x", "w"), "y"))));
    }

    @Test
    void optionalInputsAndOutputsLeftOut() {
        assertUnchanged(model(addition()
                .clearNode()
                .addInitializer(Protos.tensor("top", TensorProto.DataType.FLOAT).setRawData(Protos.raw(0.5f)))
                .addNode(node("Clip", List.of("x", "", "top"), "c"))
                .addNode(node("Dropout", List.of("c"), "d", ""))
                .addNode(node("Add", List.of("d", "w"), "y"))));
    }

    @Test
    void subgraphsThatCaptureAndHaveWeightsOfTheirOwn() {
        GraphProto.Builder then = GraphProto.newBuilder()
                .setName("then")
                .addOutput(floats("t", 2))
                .addInitializer(weights("inner", 10, 20))
                .addNode(node("Add", List.of("h", "inner"), "t"));
        GraphProto.Builder otherwise = GraphProto.newBuilder()
                .setName("else")
                .addOutput(floats("e", 2))
                .addNode(node("Mul", List.of("h", "w"), "e"));
        assertUnchanged(model(addition()
                .clearNode()
                .addInitializer(
                        Protos.tensor("zero", TensorProto.DataType.FLOAT).setRawData(Protos.raw(0)))
                .addNode(node("ReduceSum", List.of("x"), "s").addAttribute(attribute("keepdims", 0)))
                .addNode(node("Greater", List.of("s", "zero"), "c"))
                .addNode(node("If", List.of("c"), "y")
                        .addAttribute(attribute("then_branch", then))
                        .addAttribute(attribute("else_branch", otherwise)))
                .addNode(node("Relu", List.of("x"), "h"))));
    }

    @Test
    void localFunctionsWithAttributesOfTheirCallers() {
        FunctionProto leaky = FunctionProto.newBuilder()
                .setDomain("local")
                .setName("Leaky")
                .addInput("a")
                .addOutput("b")
                .addAttribute("slope")
                .addOpsetImport(opset("", 17))
                .addNode(node("LeakyRelu", List.of("a"), "b")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("alpha")
                                .setType(AttributeProto.AttributeType.FLOAT)
                                .setRefAttrName("slope")))
                .build();
        AttributeProto slope = AttributeProto.newBuilder()
                .setName("slope")
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(0.25f)
                .build();
        Model model = assertUnchanged(model(addition()
                        .setNode(
                                0,
                                node("Leaky", List.of("x"), "y")
                                        .setDomain("local")
                                        .addAttribute(slope)))
                .addOpsetImport(opset("local", 1))
                .addFunctions(leaky));

        assertThat(model.functions()).hasSize(1);
    }

    @Test
    void operatorsOfTheRuntimeItselfWithoutAnImport() {
        assertUnchanged(model(
                addition().setNode(0, node("Gelu", List.of("x"), "y").setDomain("com.microsoft"))));
    }

    @Test
    void outputsThatAreInputsOrWeights() {
        assertUnchanged(model(addition().addOutput(floats("w", 2))));
    }

    @Test
    void aShapeThatIsDeclaredWithMinusOne() {
        assertUnchanged(model(addition().setInput(0, floats("x", -1)).setOutput(0, floats("y", -1))));
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 9, 10, 11, 13, 15, 17, 19, 21, 22, 23})
    void operatorSetsOldAndNew(long version) {
        assertUnchanged(model(addition()).clearOpsetImport().addOpsetImport(opset("", version)));
    }

    @Test
    void whatIsRefusedForItsNamesIsRefusedByTheRuntimeToo() {
        for (GraphProto.Builder graph : List.of(
                addition().addNode(node("Relu", List.of("x"), "y")),
                addition().addInput(floats("x", 2)),
                addition().clearInitializer(),
                addition().clearInitializer().clearNode().addNode(node("Add", List.of("x", "y"), "y")))) {
            Path file = Protos.write(model(graph).build().toByteArray(), folder);
            assertThat(OnnxRuntime.accepts(file)).as(graph.toString()).isFalse();
        }
    }
}
