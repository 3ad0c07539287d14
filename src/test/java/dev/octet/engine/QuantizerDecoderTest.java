package dev.octet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Column;
import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.data.text.TokenizerFile;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.onnx.OnnxReader;
import dev.octet.engine.plan.Network;
import dev.octet.engine.report.Outcome;
import dev.octet.engine.runtime.OutputView;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.scheme.ElementType;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A small trained decoder that keeps keys and values of earlier tokens, fed with texts. */
class QuantizerDecoderTest {

    private static final int LAYERS = 2;
    private static final int HEADS = 4;
    private static final int HEAD = 16;
    private static final String CHARACTERS =
            "\n" + IntStream.range(32, 127).mapToObj(Character::toString).collect(Collectors.joining());

    @TempDir
    Path folder;

    private Path model = Path.of("");
    private Path texts = Path.of("");

    /** The weights of chargpt.onnx in the graph of a decoder: Where with minus infinity is its mask, past and present its memory. */
    private Model decoder() {
        Network network = Network.network()
                .input("input_ids", ElementType.INT64, -1, -2)
                .input("attention_mask", ElementType.INT64, -1, -3)
                .input("position_ids", ElementType.INT64, -1, -2)
                .constant("never", Tensor.ofFloats(new float[] {Float.NEGATIVE_INFINITY}))
                .longs("a1", 1)
                .longs("a12", 1, 2)
                .constant("i2", Tensor.ofLongs(new long[] {2}));
        try (Arena arena = Arena.ofConfined()) {
            Path file = TestData.FIXTURES.resolve("chargpt.onnx");
            Graph graph = OnnxReader.read(file, folder, arena).graph();
            graph.initializers().forEach((name, tensor) -> network.constant(name, copy(tensor)));
        }
        network.node("tok = Gather(wte, input_ids)")
                .node("pe = Gather(wpe, position_ids)")
                .node("x0 = Add(tok, pe)")
                .node("ps = Shape(past_key_values.0.key)")
                .node("P = Gather(ps, i2)")
                .node("is = Shape(input_ids)")
                .node("S = Gather(is, i1)")
                .node("T = Add(P, S)")
                .node("keys = Range(i0, T, i1)")
                .node("queries = Range(P, T, i1)")
                .node("column = Unsqueeze(queries, a1)")
                .node("causal = LessOrEqual(keys, column)")
                .node("seen = Cast(attention_mask)", "to", 9)
                .node("seen4 = Unsqueeze(seen, a12)")
                .node("allowed = And(causal, seen4)");
        String x = "x0";
        for (int l = 0; l < LAYERS; l++) {
            x = block(network, l, x);
        }
        return network.node("lf = LayerNormalization(" + x + ", lf_g, lf_b)", "axis", -1)
                .node("wteT = Transpose(wte)", "perm", new long[] {1, 0})
                .node("logits = MatMul(lf, wteT)")
                .output("logits", "present.0.key", "present.0.value", "present.1.key", "present.1.value")
                .model();
    }

    private static Tensor copy(Tensor tensor) {
        return tensor.type() == ElementType.FLOAT
                ? Tensor.ofFloats(tensor.toFloats(), tensor.dims())
                : Tensor.ofLongs(tensor.toLongs(), tensor.dims());
    }

    private static String block(Network network, int l, String x) {
        for (String kind : List.of("key", "value")) {
            network.input("past_key_values." + l + "." + kind, -1, HEADS, -4, HEAD);
        }
        network.node(
                "lL_ln1 = LayerNormalization(X, lL_ln1_g, lL_ln1_bb)"
                        .replace("X", x)
                        .replace("lL", "l" + l),
                "axis",
                -1);
        List<String> nodes = List.of(
                "lL_mm = MatMul(lL_ln1, lL_qkv_w)",
                "lL_qkv = Add(lL_mm, lL_qkv_b)",
                "lL_q, lL_k, lL_v = Split(lL_qkv)",
                "lL_qr = Reshape(lL_q, hs)",
                "lL_kr = Reshape(lL_k, hs)",
                "lL_vr = Reshape(lL_v, hs)",
                "lL_qt = Transpose(lL_qr)",
                "lL_kt = Transpose(lL_kr)",
                "lL_vt = Transpose(lL_vr)",
                "present.L.key = Concat(past_key_values.L.key, lL_kt)",
                "present.L.value = Concat(past_key_values.L.value, lL_vt)",
                "lL_kT = Transpose(present.L.key)",
                "lL_a = MatMul(lL_qt, lL_kT)",
                "lL_as = Mul(lL_a, sc)",
                "lL_am = Where(allowed, lL_as, never)",
                "lL_p = Softmax(lL_am)",
                "lL_c = MatMul(lL_p, present.L.value)",
                "lL_ct = Transpose(lL_c)",
                "lL_cr = Reshape(lL_ct, hb)",
                "lL_omm = MatMul(lL_cr, lL_o_w)",
                "lL_o = Add(lL_omm, lL_o_b)",
                "lL_x1 = Add(X, lL_o)",
                "lL_ln2 = LayerNormalization(lL_x1, lL_ln2_g, lL_ln2_bb)",
                "lL_f1mm = MatMul(lL_ln2, lL_f1_w)",
                "lL_f1 = Add(lL_f1mm, lL_f1_b)",
                "lL_r = Relu(lL_f1)",
                "lL_f2mm = MatMul(lL_r, lL_f2_w)",
                "lL_f2 = Add(lL_f2mm, lL_f2_b)",
                "lL_x2 = Add(lL_x1, lL_f2)");
        for (String node : nodes) {
            String named = node.replace("lL_", "l" + l + "_")
                    .replace(".L.", "." + l + ".")
                    .replace("(X,", "(" + x + ",");
            if (node.contains("Split(") || node.contains("Concat(")) {
                network.node(named, "axis", 2);
            } else if (node.contains("kT = ")) {
                network.node(named, "perm", new long[] {0, 1, 3, 2});
            } else if (node.contains("Transpose(")) {
                network.node(named, "perm", new long[] {0, 2, 1, 3});
            } else if (node.contains("LayerNormalization(") || node.contains("Softmax(")) {
                network.node(named, "axis", -1);
            } else {
                network.node(named);
            }
        }
        return "l" + l + "_x2";
    }

    /** A tokenizer of single characters. */
    private static String tokenizer() {
        String vocabulary = IntStream.range(0, CHARACTERS.length())
                .mapToObj(i -> quoted(CHARACTERS.substring(i, i + 1)) + ": " + i)
                .collect(Collectors.joining(", "));
        return """
            {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
             "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "[\\\\s\\\\S]"}, "behavior": "Isolated", "invert": false},
             "post_processor": null, "decoder": null,
             "model": {"type": "WordLevel", "vocab": {%s}, "unk_token": " "}}\
            """.formatted(vocabulary);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    @BeforeEach
    void write() throws IOException {
        Path plain = TestData.write(decoder(), folder.resolve("decoder.onnx"));
        model = folder.resolve("decoder.zip");
        try (OutputStream out = Files.newOutputStream(model);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("model.onnx"));
            zip.write(Files.readAllBytes(plain));
            zip.putNextEntry(new ZipEntry(TokenizerFile.NAME));
            zip.write(tokenizer().getBytes(StandardCharsets.UTF_8));
        }
        List<String> rows = new ArrayList<>();
        List<InputSpec> inputs = List.of(new InputSpec("ids", ElementType.INT64, List.of(-1L, -1L)));
        try (Dataset dataset = Dataset.open(TestData.FIXTURES.resolve("data/chargpt-256.npz"));
                BatchReader reader = dataset.read(inputs, Preprocessing.NONE, 0, 48, 1)) {
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                StringBuilder text = new StringBuilder();
                ByteBuffer ids = batch.columns().getFirst().data();
                while (ids.hasRemaining()) {
                    text.append(CHARACTERS.charAt(Math.toIntExact(ids.getLong())));
                }
                rows.add("{\"text\": " + quoted(text.toString()) + "}");
            }
        }
        texts = Files.write(folder.resolve("texts.jsonl"), rows);
    }

    private Outcome run(String technique, String more) {
        return TestData.run(
                """
                {"model": "%s", "technique": "%s", "target": "%s", "calibration": {"dataset": "%s", "samples": 24},
                 "evaluation": {"dataset": "%s", "metric": "PERPLEXITY"}%s}\
                """.formatted(model, technique, TestData.untimedTarget(), texts, texts, more), folder.resolve("out"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        STATIC      | 1.03 |
        DYNAMIC     | 1.02 |
        WEIGHT_ONLY | 1.05 |
        AUTO        | 1.03 | , "budget": {"maxTrials": 4}
        """)
    void predictsNearlyAsWellWhateverTheTechnique(String technique, double most, String more) throws IOException {
        Outcome outcome = run(technique, more == null ? "" : more);
        Outcome.Metric perplexity = outcome.result().metric();
        assertThat(perplexity.name()).isEqualTo("PERPLEXITY");
        assertThat(perplexity.fp32()).isBetween(2.0, 12.0);
        assertThat(perplexity.int8() / perplexity.fp32()).isBetween(0.98, most);
        assertThat(Files.readString(folder.resolve("out/plan.txt")))
                .doesNotContain("Infinity")
                .doesNotContain("NaN");
    }

    @Test
    void oneTokenAfterTheOtherGivesWhatAllAtOnceGivesAndTheTiedWeightsAreStoredOnce() {
        run("WEIGHT_ONLY", "");
        Path file = folder.resolve("out/model.onnx");
        try (Arena arena = Arena.ofConfined();
                RuntimeSession session = RuntimeSession.open(file, RuntimeOptions.optimized(1))) {
            List<Node> nodes = OnnxReader.read(file, folder, arena).graph().nodes();
            Node table = nodes.stream()
                    .filter(node -> node.op().equals("GatherBlockQuantized")
                            && node.output(0).equals("tok"))
                    .findFirst()
                    .orElseThrow();
            Node last = nodes.stream()
                    .filter(node -> node.output(0).equals("logits"))
                    .findFirst()
                    .orElseThrow();
            assertThat(last.op()).isEqualTo("MatMulNBits");
            assertThat(last.intAttribute("accuracy_level", 0)).isEqualTo(4);
            assertThat(last.inputs().subList(2, 4)).isEqualTo(table.inputs().subList(2, 4));
            long[] ids = {40, 70, 1, 84, 73, 70, 1, 45, 74, 68};
            float[] whole = logits(session, ids, 0, ids.length, List.of());
            List<float[]> past = new ArrayList<>();
            float[] stepwise = {};
            for (int at = 0; at < ids.length; at++) {
                stepwise = logits(session, ids, at, at + 1, past);
            }
            float[] expected = Arrays.copyOfRange(whole, whole.length - stepwise.length, whole.length);
            double error = 0;
            double power = 0;
            for (int i = 0; i < stepwise.length; i++) {
                error += Math.pow(expected[i] - stepwise[i], 2);
                power += Math.pow(expected[i], 2);
            }
            assertThat(error / power).isLessThan(1e-4);
        }
    }

    /** Logits of tokens {@code from} to {@code to}; what is kept of those before is replaced by what is kept of all. */
    private static float[] logits(RuntimeSession session, long[] ids, int from, int to, List<float[]> past) {
        int tokens = to - from;
        List<Column> columns = new ArrayList<>();
        columns.add(longs(
                "input_ids", IntStream.range(from, to).mapToLong(i -> ids[i]).toArray()));
        columns.add(
                longs("attention_mask", IntStream.range(0, to).mapToLong(_ -> 1).toArray()));
        columns.add(longs(
                "position_ids", IntStream.range(from, to).mapToLong(i -> i).toArray()));
        for (int i = 0; i < 2 * LAYERS; i++) {
            float[] kept = past.isEmpty() ? new float[0] : past.get(i);
            ByteBuffer data = direct(4 * kept.length);
            data.asFloatBuffer().put(kept);
            columns.add(new Column(
                    "past_key_values." + i / 2 + (i % 2 == 0 ? ".key" : ".value"),
                    ElementType.FLOAT,
                    List.of(1L, (long) HEADS, (long) kept.length / HEADS / HEAD, (long) HEAD),
                    data));
        }
        List<OutputView> outputs = session.run(columns);
        float[] logits = floats(outputs.getFirst());
        assertThat(logits).hasSize(tokens * CHARACTERS.length());
        if (from > 0 || tokens == 1) {
            past.clear();
            outputs.stream().skip(1).forEach(output -> past.add(floats(output)));
        }
        return logits;
    }

    private static Column longs(String name, long[] values) {
        ByteBuffer data = direct(8 * values.length);
        data.asLongBuffer().put(values);
        return new Column(name, ElementType.INT64, List.of(1L, (long) values.length), data);
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static float[] floats(OutputView view) {
        FloatBuffer buffer = view.floats();
        float[] values = new float[buffer.remaining()];
        buffer.get(buffer.position(), values);
        return values;
    }
}
