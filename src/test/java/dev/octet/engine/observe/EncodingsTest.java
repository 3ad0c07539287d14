package dev.octet.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class EncodingsTest {

    @Test
    void asymmetricSpendsAllIntegersOnTheRange() {
        Encoding encoding = Encodings.asymmetric(new Range(-1f, 3f), QuantType.UINT8);
        assertThat(encoding.scale(0)).isEqualTo(4f / 255);
        assertThat(encoding.zeroPoint(0)).isEqualTo(64);
        assertThat(Encodings.asymmetric(new Range(-1f, 3f), QuantType.INT8).zeroPoint(0))
                .isEqualTo(-64);
        assertThat(encoding.dequantize(encoding.quantize(0, 0), 0)).isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "INT32")
    void anyRangeIsHeldToWithinAStepAndZeroExactly(QuantType type) {
        long seed = 17;
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            float a = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(60) - 22));
            float b = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(60) - 22));
            if (!Float.isFinite(a) || !Float.isFinite(b)) {
                continue;
            }
            Range range = new Range(Math.min(a, b), Math.max(a, b));
            Encoding encoding = Encodings.asymmetric(range, type);
            assertThat(encoding.dequantize(encoding.quantize(0, 0), 0)).isZero();
            for (float end : new float[] {range.min(), range.max()}) {
                double held = encoding.dequantize(encoding.quantize(end, 0), 0);
                assertThat(held)
                        .as("seed %d, %s", seed, range)
                        .isCloseTo(end, within(0.51 * encoding.scale(0) + Math.abs(end) * 1e-6));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "INT32")
    void degenerateRangesHaveADefinedEncoding(QuantType type) {
        Encoding zeros = Encodings.asymmetric(new Range(0, 0), type);
        assertThat(zeros).isEqualTo(Encodings.asymmetric(new Range(0, 1), type));
        for (float constant : new float[] {3.7f, -3.7f, 1e30f, -1e-12f}) {
            Encoding encoding = Encodings.asymmetric(new Range(constant, constant), type);
            float held = encoding.dequantize(encoding.quantize(constant, 0), 0);
            assertThat(held).isCloseTo(constant, within(Math.abs(constant) * 1e-6f));
        }
        Encoding tiny = Encodings.asymmetric(new Range(-Float.MIN_VALUE, Float.MIN_VALUE), type);
        assertThat(tiny.scale(0)).isEqualTo(Encodings.SMALLEST_SCALE);
        assertThat(tiny.scale(0) * tiny.scale(0)).isGreaterThanOrEqualTo(Float.MIN_NORMAL);
        for (Range huge : List.of(
                new Range(-Float.MAX_VALUE, Float.MAX_VALUE),
                new Range(0, Float.MAX_VALUE),
                new Range(-Float.MAX_VALUE, 4))) {
            Range held = Encodings.asymmetric(huge, type).representable(0);
            assertThat(held.min()).isFinite();
            assertThat(held.max()).isFinite();
            assertThat(Encodings.symmetric(huge.magnitude(), type, false)
                            .representable(0)
                            .min())
                    .isFinite();
        }
    }

    @Test
    void symmetricHasAsManyStepsOnEitherSide() {
        Encoding int8 = Encodings.symmetric(2.54f, QuantType.INT8, false);
        assertThat(int8.scale(0)).isCloseTo(0.02f, within(1e-8f));
        assertThat(int8.zeroPoint(0)).isZero();
        assertThat(int8.quantize(2.54f, 0)).isEqualTo(127);
        assertThat(int8.quantize(-2.54f, 0)).isEqualTo(-127);
        assertThat(Encodings.symmetric(6.3f, QuantType.INT8, true).quantize(-6.3f, 0))
                .isEqualTo(-63);
        assertThat(Encodings.symmetric(1f, QuantType.UINT8, false).zeroPoint(0)).isEqualTo(128);
        assertThat(Encodings.symmetric(7f, QuantType.INT4, false).scale(0)).isEqualTo(1f);
        assertThat(Encodings.symmetric(0f, QuantType.INT8, false).scale(0)).isEqualTo(1f / 127);
    }

    @Test
    void fixedRangesAreTakenAsTheyAre() {
        Encoding softmax = Encodings.fixed(new Range(0, 1), QuantType.UINT8);
        assertThat(softmax).isEqualTo(Encoding.perTensor(QuantType.UINT8, 1f / 255, 0));
        assertThatThrownBy(() -> Encodings.fixed(new Range(1, 2), QuantType.UINT8))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Encodings.fixed(new Range(0, 0), QuantType.UINT8))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsNoEncodingIsRefused() {
        Range range = new Range(0, 1);
        assertThatThrownBy(() -> Encodings.asymmetric(range, QuantType.INT32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("INT32");
        assertThatThrownBy(() -> Encodings.symmetric(1, QuantType.INT4, true))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Encodings.symmetric(Float.NaN, QuantType.INT8, false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Encodings.symmetric(-1, QuantType.INT8, false))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
