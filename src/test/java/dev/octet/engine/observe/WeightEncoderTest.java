package dev.octet.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.QuantType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightEncoderTest {

    private static final float[] WEIGHTS = {1f, -2f, 0.5f, 12.7f, 0f, 3f};

    private static Encoding minMax(float[] weights, long[] dims, int axis) {
        return WeightEncoder.encode(weights, dims, axis, QuantType.INT8, false, WeightRange.MIN_MAX);
    }

    @Test
    void eachChannelHasItsOwnMagnitudeOnAnyAxis() {
        Encoding rows = minMax(WEIGHTS, new long[] {2, 3}, 0);
        assertThat(rows.scales()).containsExactly(2f / 127, (float) (12.7f / 127.0));
        Encoding columns = minMax(WEIGHTS, new long[] {2, 3}, 1);
        assertThat(columns.scales()).containsExactly((float) (12.7f / 127.0), 2f / 127, 3f / 127);
        assertThat(columns.axis()).isEqualTo(1);
        Encoding middle = minMax(WEIGHTS, new long[] {1, 2, 3}, 1);
        assertThat(middle.scales()).isEqualTo(rows.scales());
        Encoding whole = minMax(WEIGHTS, new long[] {6}, Encoding.PER_TENSOR);
        assertThat(whole.isPerTensor()).isTrue();
        assertThat(whole.scale(0)).isEqualTo((float) (12.7f / 127.0));
        assertThat(whole.zeroPoint(0)).isZero();
    }

    @Test
    void integersAreOfTheChannelTheyLieIn() {
        Encoding columns = minMax(WEIGHTS, new long[] {2, 3}, 1);
        assertThat(WeightEncoder.quantize(WEIGHTS, new long[] {2, 3}, columns))
                .containsExactly((byte) 10, (byte) -127, (byte) 21, (byte) 127, (byte) 0, (byte) 127);
    }

    @Test
    void aDeadChannelTakesTheLargestScaleOfTheLiveOnes() {
        float[] weights = {0, 0, 1, -1, 5, 2};
        Encoding encoding = minMax(weights, new long[] {3, 2}, 0);
        assertThat(encoding.scales()).containsExactly(5f / 127, 1f / 127, 5f / 127);
        assertThat(minMax(new float[4], new long[] {2, 2}, 0).scales()).containsExactly(1f / 127, 1f / 127);
    }

    @Test
    void clippedWeightsStayWithinTheStepsAndNeverReachMinus128() {
        float[] weights = {-10f, 10f, 0.4f};
        long[] dims = {3};
        Encoding clipping = Encodings.symmetric(1f, QuantType.INT8, false);
        assertThat(WeightEncoder.quantize(weights, dims, clipping)).containsExactly((byte) -127, (byte) 127, (byte) 51);
        Encoding reduced = Encodings.symmetric(1f, QuantType.INT8, true);
        assertThat(WeightEncoder.quantize(weights, dims, reduced, true))
                .containsExactly((byte) -63, (byte) 63, (byte) 25);
        assertThat(WeightEncoder.sqnrDb(weights, dims, reduced, true))
                .as("both outliers are held at 1")
                .isCloseTo(10 * Math.log10(200.16 / 162), within(1e-3));
        Encoding unsigned = Encodings.symmetric(1f, QuantType.UINT8, false);
        assertThat(WeightEncoder.quantize(weights, dims, unsigned)).containsExactly((byte) 1, (byte) 255, (byte) 179);
    }

    @Test
    void widthsOtherThanAByteArePackedAsOnnxPacksThem() {
        float[] weights = {7, -7, 3};
        long[] dims = {3};
        Encoding int4 = WeightEncoder.encode(weights, dims, -1, QuantType.INT4, false, WeightRange.MIN_MAX);
        assertThat(WeightEncoder.quantize(weights, dims, int4)).containsExactly((byte) 0x97, (byte) 0x03);
        Encoding int16 = Encoding.perTensor(QuantType.INT16, 1f, 0);
        assertThat(WeightEncoder.quantize(weights, dims, int16)).containsExactly(7, 0, -7, -1, 3, 0);
        Encoding int32 = Encoding.perTensor(QuantType.INT32, 0.5f, 0);
        assertThat(WeightEncoder.quantize(new float[] {-1}, new long[] {1}, int32))
                .containsExactly(-2, -1, -1, -1);
    }

    @ParameterizedTest
    @EnumSource
    void theErrorSearchLosesNoMoreThanMinMax(Samples kind) {
        float[] weights = kind.values(4 * 500, 6);
        long[] dims = {4, 500};
        for (QuantType type : new QuantType[] {QuantType.INT8, QuantType.INT4}) {
            for (int axis : new int[] {0, 1, Encoding.PER_TENSOR}) {
                Encoding full = WeightEncoder.encode(weights, dims, axis, type, false, WeightRange.MIN_MAX);
                Encoding chosen = WeightEncoder.encode(weights, dims, axis, type, false, WeightRange.MSE);
                assertThat(WeightEncoder.sqnrDb(weights, dims, chosen))
                        .as("%s %s axis %d", kind, type, axis)
                        .isGreaterThanOrEqualTo(WeightEncoder.sqnrDb(weights, dims, full) - 1e-3);
            }
        }
    }

    /**
     * Clipping a Gaussian for 15 steps gains (scipy: c = 2.51) what the full range of 2,000 draws, about 3.4, wastes.
     */
    @Test
    void theErrorSearchClipsAGaussianInFourBits() {
        float[] weights = Samples.GAUSSIAN.values(20_000, 6);
        long[] dims = {20_000};
        Encoding full = WeightEncoder.encode(weights, dims, -1, QuantType.INT4, false, WeightRange.MIN_MAX);
        Encoding chosen = WeightEncoder.encode(weights, dims, -1, QuantType.INT4, false, WeightRange.MSE);
        assertThat(WeightEncoder.sqnrDb(weights, dims, chosen))
                .isGreaterThan(WeightEncoder.sqnrDb(weights, dims, full) + 2);
        assertThat(chosen.scale(0) * 7).isCloseTo(2.5f, within(0.2f));
    }

    @Test
    void noiseOfEightBitsIsWhereTheoryPutsIt() {
        float[] weights = Samples.UNIFORM.values(50_000, 6);
        for (int i = 0; i < weights.length; i++) {
            weights[i] -= 1;
        }
        Encoding encoding = minMax(weights, new long[] {50_000}, -1);
        // Uniform on ±4: signal 16/3, noise (4/127)²/12.
        assertThat(WeightEncoder.sqnrDb(weights, new long[] {50_000}, encoding))
                .isCloseTo(10 * Math.log10(16 / 3.0 / (Math.pow(4 / 127.0, 2) / 12)), within(0.1));
        assertThat(WeightEncoder.sqnrDb(new float[2], new long[] {2}, encoding)).isInfinite();
    }

    @Test
    void weightsThatAreNotFiniteAreRefusedWithTheirChannel() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            assertThatThrownBy(() -> minMax(new float[] {1, bad}, new long[] {2, 1}, 0))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.MODEL_NOT_FINITE))
                    .hasMessageContaining("channel 1");
        }
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> minMax(WEIGHTS, new long[] {2, 2}, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> minMax(WEIGHTS, new long[] {6}, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> minMax(new float[0], new long[] {0}, 0)).isInstanceOf(IllegalArgumentException.class);
        Encoding two = minMax(WEIGHTS, new long[] {2, 3}, 0);
        assertThatThrownBy(() -> WeightEncoder.quantize(WEIGHTS, new long[] {3, 2}, two))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
