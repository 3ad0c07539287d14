package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Rewrite;
import dev.octet.engine.graph.Value;
import dev.octet.engine.onnx.OnnxReader;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparationTest {

    /** Folding rounds each weight once; over twenty layers that stays far below what INT8 costs. */
    private static final double BOUND = 1e-4;

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    @TempDir
    Path scratch;

    private Rewrite.Result prepare(String fixture, Arena arena) {
        Model model = OnnxReader.read(FIXTURES.resolve(fixture), FIXTURES, arena);
        Equality equality = new Equality(scratch);
        Rewrite.Result result = Preparation.prepare(model, equality.runner());
        equality.check(model, result.model(), BOUND);
        return result;
    }

    private static Map<String, Long> operators(Model model) {
        Map<String, Long> count = new TreeMap<>();
        model.graph().nodes().forEach(n -> count.merge(n.op(), 1L, Long::sum));
        return count;
    }

    @Test
    void leavesOnlyConvolutionsRelusAndAdditionsOfResnet20() {
        try (Arena arena = Arena.ofConfined()) {
            Rewrite.Result result = prepare("resnet20.onnx", arena);
            assertThat(operators(result.model())).doesNotContainKeys("BatchNormalization", "Identity", "Constant");
            assertThat(result.model().graph().nodes())
                    .extracting(Node::name)
                    .doesNotHaveDuplicates()
                    .doesNotContain("");
        }
    }

    @Test
    void raisesTheTextDirectionModelAndFoldsItsNormalizations() {
        try (Arena arena = Arena.ofConfined()) {
            Rewrite.Result result = prepare("ppocr-cls.onnx", arena);
            assertThat(result.model().opset()).isEqualTo(17);
            assertThat(operators(result.model())).doesNotContainKeys("BatchNormalization", "Identity", "Constant");
            assertThat(result.notes()).contains("raise to operator set 17: raised from operator set 11 to 17");
        }
    }

    @Test
    void preparesAModelThatNeedsEveryPass() {
        Model model = Net.opset(9)
                .input("x", -1, 3, 6, 6)
                .node("w0 = Constant()", "value", Net.random(1, ElementType.FLOAT, 3, 3, 3, 4))
                .node("w = Transpose(w0)", "perm", Net.ints(3, 2, 0, 1))
                .weight("g", 4)
                .weight("b", 4)
                .weight("m", 4)
                .positive("v", 4)
                .weight("a", 4, 1, 1)
                .node("p = Pad(x)", "pads", Net.ints(0, 0, 1, 1, 0, 0, 1, 1))
                .node("h = Conv(p, w)")
                .node("i = Identity(h)")
                .node("n = BatchNormalization(i, g, b, m, v)")
                .node("s = Add(n, a)")
                .node("c = Clip(s)", "min", 0f, "max", 6f)
                .node("y = Softmax(c)", "axis", 1)
                .output("y")
                .model();
        Equality equality = new Equality(scratch);
        Rewrite.Result result = Preparation.prepare(model, equality.runner());
        equality.check(model, result.model(), BOUND);
        assertThat(result.model().graph().nodes())
                .extracting(Node::op)
                .containsExactly("Conv", "Clip", "Shape", "Flatten", "Softmax", "Reshape");
        Golden.check("preparation", model, result);
    }

    @Test
    void namesThePassThatBrokeTheGraphAndAttachesIt() {
        Rewrite breaking = new Rewrite() {
            @Override
            public String title() {
                return "break things";
            }

            @Override
            public Result apply(Model model) {
                return new Result(model.withGraph(model.graph().withNodes(List.of())), List.of("broke it"));
            }
        };
        Model model =
                Net.opset(13).input("x", 2).node("y = Relu(x)").output("y").model();
        assertThatThrownBy(() -> Preparation.run(model, List.of(new NameNodes(), breaking)))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.fault()).isEqualTo(Fault.INTERNAL);
                    assertThat(e.details())
                            .anyMatch(d -> d.path().equals("break things, the graph after")
                                    && d.message().startsWith("graph net (x: FLOAT[2]) -> (y: FLOAT[*])"));
                })
                .hasMessageContaining("the pass 'break things' broke the graph: output 'y'");
    }

    @Test
    void refusesAModelThatDoesNotHoldTogether() {
        Model model = Net.opset(13)
                .input("x", 2)
                .node("y = Add(x, nowhere)")
                .output("y")
                .model();
        assertThatThrownBy(() -> Preparation.prepare(model, new Equality(scratch).runner()))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.MODEL_MALFORMED))
                .hasMessageContaining("uses 'nowhere', which nothing produces");
    }

    @Test
    void keepsInputsAndOutputsAsTheyWere() {
        try (Arena arena = Arena.ofConfined()) {
            Path file = FIXTURES.resolve("resnet20.onnx");
            Model model = OnnxReader.read(file, FIXTURES, arena);
            Model prepared =
                    Preparation.prepare(model, new Equality(scratch).runner()).model();
            assertThat(prepared.graph().inputs()).isEqualTo(model.graph().inputs());
            assertThat(prepared.graph().outputs()).extracting(Value::name).containsExactly("logits");
        }
    }
}
