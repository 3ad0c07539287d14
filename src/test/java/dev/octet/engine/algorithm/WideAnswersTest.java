package dev.octet.engine.algorithm;

import static dev.octet.engine.plan.Network.network;
import static dev.octet.engine.plan.PlacementAssert.assertThatPlacement;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Uses;
import dev.octet.engine.observe.StatisticsRequest;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.plan.Costs;
import dev.octet.engine.plan.Network;
import dev.octet.engine.plan.PlaceByMinimumCut;
import dev.octet.engine.plan.PlacementAssert;
import dev.octet.engine.scheme.QuantType;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WideAnswersTest {

    @TempDir
    Path scratch;

    /** Where all runs on integers, with what is seen of a value: each channel between plus and minus the number given for it. */
    private PlacementAssert kept(Network network, Map<String, float[]> channels) {
        Graph graph = network.typed(scratch).graph();
        Map<String, TensorStatistics> statistics = new LinkedHashMap<>();
        channels.forEach((value, widths) -> {
            float[] values = new float[2 * widths.length];
            for (int c = 0; c < widths.length; c++) {
                values[2 * c] = -widths[c];
                values[2 * c + 1] = widths[c];
            }
            TensorStatistics seen = new TensorStatistics(StatisticsRequest.EVERYTHING);
            seen.accept(FloatBuffer.wrap(values), widths.length, 2);
            statistics.put(value, seen);
        });
        Uses uses = Uses.of(graph);
        return assertThatPlacement(
                new WideAnswers(graph, uses, statistics, QuantType.UINT8)
                        .keptPrecise(
                                PlaceByMinimumCut.place(graph, uses, Costs.integersAlwaysPay(), Set.of(), Set.of())),
                graph);
    }

    /** A detector's last layers: a large convolution, and one that makes two channels of very different meaning. */
    private static Network head() {
        return network()
                .input("x", -1, 32, 8, 8)
                .conv("h", "x", 64, 32, 3, 1)
                .node("r = Relu(h)")
                .conv("o", "r", 2, 64, 1, 1)
                .longs("shape", 0, 2, -1)
                .node("f = Reshape(o, shape)")
                .node("y = Transpose(f)", "perm", new long[] {0, 2, 1})
                .output("y");
    }

    private static float[] oneNarrow(int channels) {
        float[] widths = new float[channels];
        Arrays.fill(widths, 100);
        widths[3] = 0.1f;
        return widths;
    }

    @Test
    void anAnswerWithAChannelOfTooFewStepsAndWhatItIsMovedIntoStayInFloatingPoint() {
        kept(head(), Map.of("o", new float[] {300, 5}))
                .quantizes("h")
                .fuses("r")
                .keepsFloatBecause("o", "channel 1 moves by 10.0, the whole has steps of 2.35")
                .keepsFloatBecause("f", "channels of 'o' differ too much")
                .keepsFloatBecause("y", "channels of 'o' differ too much");
    }

    @Test
    void channelsOfSixteenStepsShareAnEncoding() {
        kept(head(), Map.of("o", new float[] {300, 19}))
                .quantizes("h", "o", "f", "y")
                .fuses("r");
    }

    @Test
    void aChannelThatDoesNotMoveSaysNothing() {
        kept(head(), Map.of("o", new float[] {300, 0}))
                .quantizes("h", "o", "f", "y")
                .fuses("r");
    }

    @Test
    void whatALayerBehindSumsUpMayDiffer() {
        kept(head(), Map.of("r", oneNarrow(64))).quantizes("h", "o", "f", "y").fuses("r");
    }

    @Test
    void aClampThatAnEncodingDidComesBackWithItsLayer() {
        Network clamped = network()
                .input("x", -1, 32, 8, 8)
                .conv("h", "x", 64, 32, 3, 1)
                .conv("o", "h", 2, 64, 1, 1)
                .node("y = Relu(o)")
                .output("y");
        kept(clamped, Map.of("y", new float[] {300, 5}))
                .quantizes("h")
                .keepsFloatBecause("o", "channels of 'y' differ too much")
                .keepsFloatBecause("y", "channels of 'y' differ too much");
    }

    @Test
    void arithmeticThatReadsAWideAnswerReadsItInFloatingPoint() {
        Network scored = network()
                .input("x", -1, 32, 8, 8)
                .conv("h", "x", 64, 32, 3, 1)
                .conv("o", "h", 2, 64, 1, 1)
                .node("y = Sigmoid(o)")
                .output("y");
        kept(scored, Map.of("o", new float[] {300, 5}))
                .quantizes("h")
                .keepsFloatBecause("y", "channels of 'o' differ too much");
    }

    @Test
    void classScoresWithoutPositionsMayDiffer() {
        Network classes = network()
                .input("x", -1, 32, 1, 1)
                .conv("h", "x", 64, 32, 1, 1)
                .conv("y", "h", 2, 64, 1, 1)
                .output("y");
        kept(classes, Map.of("y", new float[] {300, 5})).quantizes("h", "y");
    }

    @Test
    void whereFloatingPointWouldTakeMostOfTheTimeIntegersStayAndSayWhatTheyCost() {
        Network alone = network()
                .input("x", -1, 32, 16, 16)
                .conv("y", "x", 64, 32, 3, 1)
                .output("y");
        kept(alone, Map.of("y", oneNarrow(64))).quantizesBecause("y", "floating point would take too much time here");
    }
}
