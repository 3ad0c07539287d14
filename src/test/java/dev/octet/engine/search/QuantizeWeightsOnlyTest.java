package dev.octet.engine.search;

import static dev.octet.engine.plan.Network.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.algorithm.blockwise.EncodedMatrix;
import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.plan.Network;
import dev.octet.engine.plan.NodeDecision;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.WeightMethod;
import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weight-only quantization of whole models, a small language model among them. */
class QuantizeWeightsOnlyTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    /** Samples that GPTQ learns from; predictions are compared on the others. */
    private static final int CALIBRATION = 64;

    /** Tokens of a sample. */
    private static final int LENGTH = 64;

    @TempDir
    Path folder;

    private static Recipe.Settings settings(
            @Nullable QuantType type, int blockSize, WeightMethod method, Set<String> opTypes, Set<String> exclude) {
        Recipe.Settings otherwise = Recipe.Settings.DEFAULTS;
        return new Recipe.Settings(
                otherwise.observer(),
                otherwise.percentile(),
                true,
                null,
                type,
                null,
                opTypes,
                exclude,
                Set.of(),
                blockSize,
                method);
    }

    private Candidate quantize(Model model, Recipe.Settings settings, @Nullable SampleSet samples) {
        return QuantizeWeightsOnly.quantize(model, settings, samples, 2, folder.resolve("scratch"), (_, _, _, _) -> {});
    }

    private static Network twoLayers() {
        return network()
                .input("x", -1, 4, 8, 64)
                .conv("c", "x", 4, 3)
                .matMul("a", "c", 64, 48)
                .matMul("b", "a", 48, 32)
                .output("b");
    }

    @Test
    void everyNodeSaysWhatBecomesOfItAndWhy() {
        Candidate candidate = quantize(
                twoLayers().typed(folder),
                settings(null, 16, WeightMethod.ROUND_TO_NEAREST, Set.of(), Set.of("a")),
                null);
        Map<String, NodeDecision> decisions = candidate.plan().placement().decisions();
        assertThat(decisions.get("a").isQuantized()).isFalse();
        assertThat(decisions.get("a").reason()).contains("excluded");
        assertThat(decisions.get("c").reason()).contains("convolutions");
        assertThat(decisions.get("b"))
                .isEqualTo(new NodeDecision(
                        NodeDecision.Choice.QUANTIZED, "weights in 4 bits, 16 to a scale and zero point"));
        assertThat(candidate.blocks()).containsOnlyKeys("b");
        assertThat(candidate.notes().getFirst())
                .contains("UINT4 in blocks of 16")
                .contains("ROUND_TO_NEAREST");
    }

    @Test
    void onlyTheOperatorTypesAskedForAreQuantized() {
        assertThatThrownBy(() -> quantize(
                        twoLayers().typed(folder),
                        settings(QuantType.INT8, 16, WeightMethod.HQQ, Set.of("Gather"), Set.of()),
                        null))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED))
                .hasMessageContaining("left to quantize");
    }

    @Test
    void gptqWithoutSamplesIsRefused() {
        assertThatThrownBy(() -> quantize(
                        twoLayers().typed(folder), settings(null, 32, WeightMethod.GPTQ, Set.of(), Set.of()), null))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.fault()).isEqualTo(Fault.RECIPE_INVALID);
                    assertThat(e.details()).extracting("path").containsExactly("settings.weightMethod");
                });
    }

    @Test
    void aLanguageModelPredictsAsBeforeBestInEightBitsThenByGptqThenByHqq() {
        try (Arena arena = Arena.ofShared();
                Dataset dataset = Dataset.open(FIXTURES.resolve("data/chargpt-256.npz"))) {
            OrtRunner runner = new OrtRunner(folder.resolve("scratch"));
            PreparedModel prepared = PreparedModel.read(
                            FIXTURES.resolve("chargpt.onnx"), folder.resolve("upload"), runner, arena)
                    .withShapes(Map.of("ids", List.of(1L, 64L)), runner);
            SampleSet all = new SampleSet(dataset, prepared.inputs(), Preprocessing.NONE, 0, dataset.samples());
            SampleSet text = all.part(CALIBRATION, Long.MAX_VALUE);
            Map<String, Prediction> seen = new LinkedHashMap<>();
            for (QuantType type : new QuantType[] {QuantType.INT4, QuantType.INT8}) {
                for (WeightMethod method : WeightMethod.values()) {
                    Candidate candidate = quantize(
                            prepared.model(),
                            settings(type, 32, method, Set.of(), Set.of()),
                            method == WeightMethod.GPTQ ? all.atMost(CALIBRATION) : null);
                    seen.put(type + " " + method, predict(prepared.model(), candidate.model(), text));
                    assertTied(prepared.model(), candidate);
                }
            }
            seen.forEach((name, prediction) -> {
                assertThat(prediction.divergence())
                        .as("%s: %s", name, seen)
                        .isLessThan(name.startsWith("INT8") ? 0.0005 : 0.04);
                assertThat(prediction.perplexity() / prediction.floatPerplexity())
                        .as("%s: %s", name, seen)
                        .isBetween(0.995, name.startsWith("INT8") ? 1.003 : 1.04);
            });
            assertThat(seen.get("INT4 GPTQ").divergence())
                    .as("%s", seen)
                    .isLessThan(0.7 * seen.get("INT4 HQQ").divergence());
            assertThat(seen.get("INT4 HQQ").divergence())
                    .as("%s", seen)
                    .isLessThan(1.05 * seen.get("INT4 ROUND_TO_NEAREST").divergence());
        }
    }

    /**
     * How a language model predicts the next token.
     *
     * @param divergence mean Kullback-Leibler divergence of its predictions from the float model's, in nats
     */
    private record Prediction(double floatPerplexity, double perplexity, double divergence) {}

    /** The embedding, at both ends of the model, is one matrix; ten matrices serve eleven nodes. */
    private static void assertTied(Model model, Candidate candidate) {
        List<EncodedMatrix> ends = new ArrayList<>();
        for (Node node : model.graph().nodes()) {
            if (node.output(0).equals("tok") || node.output(0).equals("logits")) {
                ends.add(candidate.blocks().get(node.id()));
            }
        }
        assertThat(ends).hasSize(2).doesNotContainNull();
        assertThat(ends.getFirst()).isSameAs(ends.getLast());
        assertThat(candidate.blocks()).hasSize(11);
        assertThat(candidate.blocks().values().stream().distinct()).hasSize(10);
    }

    private Prediction predict(Model exact, Model quantized, SampleSet text) {
        Path exactFile = folder.resolve("exact.onnx");
        Path quantizedFile = folder.resolve("quantized.onnx");
        OnnxWriter.write(exact.withoutTypes(), exactFile);
        OnnxWriter.write(quantized.withoutTypes(), quantizedFile);
        double floatLoss = 0;
        double loss = 0;
        double divergence = 0;
        long tokens = 0;
        try (RuntimeSession first = RuntimeSession.open(exactFile, RuntimeOptions.optimized(1));
                RuntimeSession second = RuntimeSession.open(quantizedFile, RuntimeOptions.optimized(1));
                BatchReader reader = text.read(16)) {
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                LongBuffer ids = batch.columns()
                        .getFirst()
                        .data()
                        .order(ByteOrder.nativeOrder())
                        .asLongBuffer();
                FloatBuffer p = first.run(batch).getFirst().floats();
                FloatBuffer q = second.run(batch).getFirst().floats();
                int vocabulary = p.remaining() / ids.remaining();
                for (int i = 0; i + 1 < ids.remaining(); i++) {
                    if (i % LENGTH == LENGTH - 1) {
                        continue;
                    }
                    double[] before = logProbabilities(p.slice(i * vocabulary, vocabulary));
                    double[] after = logProbabilities(q.slice(i * vocabulary, vocabulary));
                    int next = (int) ids.get(i + 1);
                    floatLoss -= before[next];
                    loss -= after[next];
                    for (int t = 0; t < vocabulary; t++) {
                        divergence += Math.exp(before[t]) * (before[t] - after[t]);
                    }
                    tokens++;
                }
            }
        }
        return new Prediction(Math.exp(floatLoss / tokens), Math.exp(loss / tokens), divergence / tokens);
    }

    private static double[] logProbabilities(FloatBuffer logits) {
        double[] values = new double[logits.remaining()];
        Arrays.setAll(values, logits::get);
        double most = Arrays.stream(values).max().orElseThrow();
        double log = most
                + Math.log(Arrays.stream(values).map(v -> Math.exp(v - most)).sum());
        Arrays.setAll(values, i -> values[i] - log);
        return values;
    }
}
