package dev.octet.engine.onnx;

import static dev.octet.engine.onnx.Protos.addition;
import static dev.octet.engine.onnx.Protos.attribute;
import static dev.octet.engine.onnx.Protos.floats;
import static dev.octet.engine.onnx.Protos.model;
import static dev.octet.engine.onnx.Protos.node;
import static dev.octet.engine.onnx.Protos.opset;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Value;
import dev.octet.engine.onnx.proto.FunctionProto;
import dev.octet.engine.onnx.proto.GraphProto;
import dev.octet.engine.onnx.proto.ModelProto;
import dev.octet.engine.onnx.proto.TensorProto;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxInspectorTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    @TempDir
    Path folder;

    private ModelFacts inspect(ModelProto.Builder proto) {
        return OnnxInspector.inspect(Protos.write(proto.build().toByteArray(), folder), folder);
    }

    @Test
    void describesARealModel() {
        ModelFacts facts = OnnxInspector.inspect(FIXTURES.resolve("resnet20.onnx"), FIXTURES);

        assertThat(facts.opset()).isEqualTo(17);
        assertThat(facts.producer()).startsWith("pytorch");
        assertThat(facts.inputs()).extracting(Value::name).containsExactly("input");
        assertThat(facts.outputs()).extracting(Value::name).containsExactly("logits");
        assertThat(facts.operators()).containsEntry("Conv", 21).containsEntry("BatchNormalization", 21);
        assertThat(facts.parameters()).isBetween(270_000L, 285_000L);
        assertThat(facts.weightBytes()).isBetween(4 * 270_000L, 4 * 285_000L);
        assertThat(facts.quantized()).isFalse();
        assertThat(facts.customDomains()).isEmpty();
    }

    @Test
    void namesNodesAsPreparingThemWill() {
        ModelFacts named = inspect(model(addition().addNode(node("Relu", List.of("x"), "z"))));
        assertThat(named.names()).contains("z", "Relu_z").isSorted();

        ModelFacts twice = inspect(model(addition()
                .addNode(node("Relu", List.of("x"), "z").setName("act"))
                .addNode(node("Relu", List.of("z"), "y2").setName("act"))));
        assertThat(twice.names()).as("one of them will get another name").isNull();
    }

    @Test
    void countsWeightsInConstantNodes() {
        ModelFacts facts = OnnxInspector.inspect(FIXTURES.resolve("ppocr-cls.onnx"), FIXTURES);

        assertThat(facts.opset()).isEqualTo(11);
        assertThat(facts.parameters()).isGreaterThan(100_000);
    }

    @Test
    void leavesInputsWithADefaultOut() {
        ModelFacts facts = inspect(model(addition().addInput(floats("w", 2))));
        assertThat(facts.inputs()).extracting(Value::name).containsExactly("x");
    }

    @ParameterizedTest
    @CsvSource({
        "'', QuantizeLinear, true",
        "'', DequantizeLinear, true",
        "'', QLinearConv, true",
        "'', ConvInteger, true",
        "'', MatMulInteger, true",
        "'', DynamicQuantizeLinear, true",
        "com.microsoft, MatMulNBits, true",
        "com.microsoft, QAttention, true",
        "com.microsoft, QLinearAdd, true",
        "com.microsoft, FusedMatMul, false",
        "com.example, QuantizeLinear, false",
        "'', Conv, false"
    })
    void seesQuantizationOperators(String domain, String op, boolean quantized) {
        ModelFacts facts =
                inspect(model(addition().addNode(node(op, List.of("x"), "z").setDomain(domain)))
                        .addOpsetImport(opset("com.example", 1)));
        assertThat(facts.quantized()).isEqualTo(quantized);
        assertThat(facts.operators()).containsEntry(domain.isEmpty() ? op : domain + "." + op, 1);
    }

    @Test
    void looksIntoSubgraphsAndFunctions() {
        GraphProto.Builder body = GraphProto.newBuilder()
                .addOutput(floats("q", 2))
                .addInitializer(Protos.weights("inner", 1, 2, 3))
                .addNode(node("QuantizeLinear", List.of("x", "inner"), "q"));
        FunctionProto function = FunctionProto.newBuilder()
                .setDomain("local")
                .setName("F")
                .addInput("a")
                .addOutput("b")
                .addOpsetImport(opset("", 17))
                .addNode(node("Relu", List.of("a"), "b"))
                .build();
        ModelFacts facts = inspect(model(addition()
                        .addNode(node("If", List.of("x"), "z")
                                .addAttribute(attribute("then_branch", body))
                                .addAttribute(attribute("else_branch", body)))
                        .addNode(node("F", List.of("x"), "f").setDomain("local"))
                        .addNode(node("Magic", List.of("x"), "m").setDomain("org.example")))
                .addOpsetImport(opset("local", 1))
                .addOpsetImport(opset("org.example", 1))
                .addFunctions(function));

        assertThat(facts.operators())
                .containsExactly(
                        Map.entry("Add", 1),
                        Map.entry("If", 1),
                        Map.entry("QuantizeLinear", 2),
                        Map.entry("Relu", 1),
                        Map.entry("local.F", 1),
                        Map.entry("org.example.Magic", 1));
        assertThat(facts.quantized()).isTrue();
        assertThat(facts.customDomains()).containsExactly("org.example");
        assertThat(facts.parameters()).isEqualTo(2 + 3 + 3);
    }

    @Test
    void countsParametersButNotShapes() {
        ModelFacts facts = inspect(model(addition()
                .addInitializer(
                        Protos.tensor("shape", TensorProto.DataType.INT64, 3).addAllInt64Data(List.of(1L, 2L, 3L)))
                .addInitializer(
                        Protos.tensor("q", TensorProto.DataType.INT8, 5).addAllInt32Data(List.of(1, 2, 3, 4, 5)))));

        assertThat(facts.parameters()).isEqualTo(2 + 5);
        assertThat(facts.weightBytes()).isEqualTo(8 + 24 + 5);
    }
}
