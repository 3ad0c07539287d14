package dev.octet.engine.algorithm.blockwise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.graph.Tensor;
import dev.octet.engine.rewrite.blockwise.BlockRow;
import dev.octet.engine.rewrite.blockwise.WeightMatrix;
import dev.octet.engine.scheme.BlockFormat;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.QuantType;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each way of rounding may lose at most; the bounds are the specification. */
class RoundingTest {

    private static final long SEED = 20261124;

    static Stream<BlockFormat> formats() {
        return Stream.of(QuantType.UINT4, QuantType.UINT8)
                .flatMap(type -> Stream.of(16, 32, 128).map(size -> new BlockFormat(type, size)));
    }

    static Stream<Named<BlockMethod>> methods() {
        try (Workers workers = new Workers(1)) {
            return Stream.of(
                    Named.of("clipped", RoundToNearest.clipped()),
                    Named.of("HQQ", RoundToNearest.halfQuadratic()),
                    Named.of("GPTQ", Gptq.of(Weights.gram(Weights.correlated(3, 500, 40)), workers)));
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void clippingLosesNoMoreThanTheWholeRange(BlockFormat format) {
        float[][] rows = Weights.heavyTailed(SEED, 8, 200);
        double whole = 0;
        for (float[] row : rows) {
            for (int b = 0; b < format.blocks(row.length); b++) {
                int from = b * format.blockSize();
                int to = Math.min(row.length, from + format.blockSize());
                whole += wholeRangeError(Arrays.copyOfRange(row, from, to), format.top());
            }
        }
        assertThat(Weights.squaredError(rows, Weights.encode(RoundToNearest.clipped(), format, rows)))
                .as("seed %d", SEED)
                .isLessThanOrEqualTo(whole * (1 + 1e-6));
    }

    private static double wholeRangeError(float[] block, int top) {
        double min = 0;
        double max = 0;
        for (float w : block) {
            min = Math.min(min, w);
            max = Math.max(max, w);
        }
        float scale = (float) ((max - min) / top);
        long zero = Math.round(-min / scale);
        double error = 0;
        for (float w : block) {
            double q = Math.clamp(Math.rint((double) w / scale) + zero, 0, top);
            error += Math.pow(w - (q - zero) * scale, 2);
        }
        return error;
    }

    @ParameterizedTest
    @MethodSource("formats")
    void halfQuadraticLosesNoMoreThanClippingInAnyBlock(BlockFormat format) {
        float[][] rows = Weights.heavyTailed(SEED, 8, 200);
        for (float[] row : rows) {
            for (int from = 0; from < row.length; from += format.blockSize()) {
                int to = Math.min(row.length, from + format.blockSize());
                double clipped = new ClippedRange()
                        .fit(row, from, to, null, format.top())
                        .error();
                double quadratic = new HalfQuadratic()
                        .fit(row, from, to, null, format.top())
                        .error();
                assertThat(quadratic).as("seed %d, from %d", SEED, from).isLessThanOrEqualTo(clipped);
            }
        }
    }

    @Test
    void halfQuadraticGainsOverClippingWhereThereAreOutliers() {
        BlockFormat format = new BlockFormat(QuantType.UINT4, 32);
        float[][] rows = Weights.heavyTailed(SEED, 16, 512);
        double clipped = Weights.squaredError(rows, Weights.encode(RoundToNearest.clipped(), format, rows));
        double quadratic = Weights.squaredError(rows, Weights.encode(RoundToNearest.halfQuadratic(), format, rows));
        assertThat(quadratic).as("seed %d", SEED).isLessThan(0.99 * clipped);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void gptqLosesAtMostHalfOfRoundingInTheOutputOnCorrelatedInputs(BlockFormat format) {
        float[][] rows = Weights.heavyTailed(SEED, 40, 144);
        float[][] vectors = Weights.correlated(SEED, 2000, 144);
        double rounding = Weights.outputError(rows, Weights.encode(RoundToNearest.clipped(), format, rows), vectors);
        try (Workers workers = new Workers(2)) {
            Gptq gptq = Gptq.of(Weights.gram(vectors), workers);
            assertThat(Weights.outputError(rows, Weights.encode(gptq, format, rows), vectors))
                    .as("seed %d", SEED)
                    .isLessThan(0.5 * rounding);
        }
    }

    @Test
    void gptqOfInputsThatAreAlwaysZeroIsRoundingOfThoseWeights() {
        float[][] rows = Weights.heavyTailed(SEED, 4, 40);
        float[][] vectors = Weights.correlated(SEED, 300, 40);
        for (float[] vector : vectors) {
            vector[7] = 0;
        }
        BlockFormat format = new BlockFormat(QuantType.UINT4, 16);
        try (Workers workers = new Workers(1)) {
            BlockRow[] encoded = Weights.encode(Gptq.of(Weights.gram(vectors), workers), format, rows);
            for (int r = 0; r < rows.length; r++) {
                float kept = encoded[r].dequantized(7);
                assertThat(kept).isEqualTo(encoded[r].round(7, rows[r][7]));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void blocksOfZerosStayZeros(BlockMethod method) {
        for (BlockFormat format : formats().toList()) {
            BlockRow row = Weights.encode(method, format, new float[1][40])[0];
            for (int c = 0; c < 40; c++) {
                assertThat(row.dequantized(c)).isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void aBlockOfOneValueKeepsIt(BlockMethod method) {
        for (BlockFormat format : formats().toList()) {
            for (float value : new float[] {0.3f, -0.3f, 1e30f, -1e-30f}) {
                float[][] rows = new float[1][40];
                Arrays.fill(rows[0], value);
                BlockRow row = Weights.encode(method, format, rows)[0];
                for (int c = 0; c < 40; c++) {
                    assertThat(row.dequantized(c) / value).isBetween(0.999999f, 1.000001f);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void theLargestFloatsGiveFiniteValues(BlockMethod method) {
        for (BlockFormat format : formats().toList()) {
            float[][] rows = new float[1][40];
            for (int c = 0; c < 40; c++) {
                rows[0][c] = c % 2 == 0 ? Float.MAX_VALUE : -Float.MAX_VALUE;
            }
            BlockRow row = Weights.encode(method, format, rows)[0];
            for (int b = 0; b < row.blocks(); b++) {
                assertThat(Float.isFinite(row.scale(b) * Math.max(row.zeroPoint(b), format.top() - row.zeroPoint(b))))
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void valuesBelowWhatFloatsDivideBecomeZeros(BlockMethod method) {
        for (BlockFormat format : formats().toList()) {
            float[][] rows = new float[1][40];
            Arrays.fill(rows[0], Float.MIN_VALUE * 5);
            BlockRow row = Weights.encode(method, format, rows)[0];
            assertThat(row.dequantized(0)).isZero();
        }
    }

    @Test
    void weightsThatAreNotFiniteAreRefusedByPlace() {
        float[] values = new float[64];
        values[33] = Float.NaN;
        WeightMatrix matrix = new WeightMatrix("layer.weight", Tensor.ofFloats(values, 2, 32), false);
        try (Workers workers = new Workers(2)) {
            assertThatThrownBy(() -> EncodeMatrix.encode(
                            matrix, new BlockFormat(QuantType.UINT4, 32), RoundToNearest.halfQuadratic(), workers))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.MODEL_NOT_FINITE))
                    .hasMessageContaining("layer.weight")
                    .hasMessageContaining("output channel 1, input channel 1;");
        }
    }

    @Test
    void theNumberOfThreadsChangesNoByte() {
        float[][] rows = Weights.heavyTailed(SEED, 100, 70);
        float[][] vectors = Weights.correlated(SEED, 300, 70);
        BlockFormat format = new BlockFormat(QuantType.UINT4, 32);
        try (Workers one = new Workers(1);
                Workers three = new Workers(3)) {
            EncodedMatrix first =
                    EncodeMatrix.encode(Weights.matrix(rows), format, Gptq.of(Weights.gram(vectors), one), one);
            EncodedMatrix second =
                    EncodeMatrix.encode(Weights.matrix(rows), format, Gptq.of(Weights.gram(vectors), three), three);
            assertThat(first.matrix()
                            .integers()
                            .data()
                            .mismatch(second.matrix().integers().data()))
                    .isEqualTo(-1);
            assertThat(first.matrix()
                            .scales()
                            .data()
                            .mismatch(second.matrix().scales().data()))
                    .isEqualTo(-1);
            assertThat(first.sqnrDb()).isEqualTo(second.sqnrDb()).isBetween(10.0, 40.0);
        }
    }
}
