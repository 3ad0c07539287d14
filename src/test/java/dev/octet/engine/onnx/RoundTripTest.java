package dev.octet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphPrinter;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.onnx.proto.ModelProto;
import dev.octet.engine.onnx.proto.TensorProto;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real models, read and written: the same weights to the bit, the same results in ONNX Runtime. */
class RoundTripTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    @TempDir
    Path folder;

    private final Arena arena = Arena.ofAuto();

    @ParameterizedTest
    @CsvSource({"resnet20.onnx, input, 32, 32, logits", "ppocr-cls.onnx, x, 48, 192, ''"})
    void givesTheSameResultsInOnnxRuntime(String fixture, String input, int height, int width, String output)
            throws Exception {
        Path original = FIXTURES.resolve(fixture);
        Path inside = folder.resolve("inside.onnx");
        Path outside = folder.resolve("outside.onnx");
        Model model = OnnxReader.read(original, FIXTURES, arena);

        OnnxWriter.write(model, inside);
        OnnxWriter.write(model, outside, 10_000);

        Map<String, long[]> samples = Map.of(input, new long[] {2, 3, height, width});
        Map<String, float[]> expected = OnnxRuntime.run(original, samples);
        assertThat(expected.keySet()).anyMatch(name -> output.isEmpty() || name.equals(output));
        assertThat(OnnxRuntime.run(inside, samples)).usingRecursiveComparison().isEqualTo(expected);
        assertThat(OnnxRuntime.run(outside, samples)).usingRecursiveComparison().isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"resnet20.onnx", "ppocr-cls.onnx"})
    void findsWhatProtobufsOwnParserFinds(String fixture) throws Exception {
        ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(FIXTURES.resolve(fixture)));
        Graph graph =
                OnnxReader.read(FIXTURES.resolve(fixture), FIXTURES, arena).graph();

        assertThat(graph.nodes()).hasSameSizeAs(proto.getGraph().getNodeList());
        assertThat(graph.initializers()).hasSameSizeAs(proto.getGraph().getInitializerList());
        for (TensorProto tensor : proto.getGraph().getInitializerList()) {
            Tensor read = Objects.requireNonNull(graph.initializers().get(tensor.getName()));
            assertThat(read.dims())
                    .containsExactly(
                            tensor.getDimsList().stream().mapToLong(d -> d).toArray());
            assertThat(read.type().onnxCode()).isEqualTo(tensor.getDataType());
            assertThat(read.data().toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo(tensor.getRawData().toByteArray());
        }
    }

    @ParameterizedTest
    @CsvSource({"resnet20.onnx, 10000000", "resnet20.onnx, 1000", "ppocr-cls.onnx, 10000000", "ppocr-cls.onnx, 1000"})
    void keepsGraphAndWeightsToTheBit(String fixture, long threshold) {
        Model model = OnnxReader.read(FIXTURES.resolve(fixture), FIXTURES, arena);
        Path written = folder.resolve("model.onnx");

        OnnxWriter.write(model, written, threshold);
        Model again = OnnxReader.read(written, folder, arena);

        assertThat(GraphPrinter.print(again.graph())).isEqualTo(GraphPrinter.print(model.graph()));
        assertThat(again.graph().types()).isEqualTo(model.graph().types());
        assertThat(again.opsets()).isEqualTo(model.opsets());
        assertThat(again.producer()).isEqualTo(model.producer());
        assertThat(again.metadata()).isEqualTo(model.metadata());
        Map<String, Tensor> expected = tensors(model.graph());
        Map<String, Tensor> found = tensors(again.graph());
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, tensor) -> {
            Tensor same = Objects.requireNonNull(found.get(name));
            assertThat(same).hasToString(tensor.toString());
            assertThat(tensor.data().mismatch(same.data())).as(name).isEqualTo(-1);
        });
    }

    @Test
    void theSameModelIsWrittenAsTheSameBytes() throws Exception {
        Model model = OnnxReader.read(FIXTURES.resolve("resnet20.onnx"), FIXTURES, arena);
        Path first = folder.resolve("model.onnx");
        Path second = Files.createDirectory(folder.resolve("second")).resolve("model.onnx");

        OnnxWriter.write(model, first, 1000);
        OnnxWriter.write(OnnxReader.read(first, folder, arena), second, 1000);

        assertThat(second).hasSameBinaryContentAs(first);
        assertThat(Files.size(first)).isLessThan(Files.size(folder.resolve("model.onnx.data")) / 10);
        assertThat(second.resolveSibling("model.onnx.data")).hasSameBinaryContentAs(folder.resolve("model.onnx.data"));
    }

    private static Map<String, Tensor> tensors(Graph graph) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(graph.initializers());
        for (Node node : graph.nodes()) {
            node.attributes().forEach((name, attribute) -> {
                if (attribute instanceof Attribute.OfTensor(Tensor tensor)) {
                    tensors.put(node.id() + "." + name, tensor);
                }
            });
        }
        return tensors;
    }
}
