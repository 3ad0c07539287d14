package dev.octet.engine.observe;

import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Range;

/**
 * Scale and zero point for any given range.
 *
 * <p>Defined for every finite range:
 * <ul>
 *   <li>A range of zeros only is encoded as [0, 1] would be (symmetric: [-1, 1]).
 *   <li>One value other than zero is widened to zero, so that both it and zero are held exactly.
 *   <li>No scale is below {@link #SMALLEST_SCALE}; a range so small becomes zeros.
 *   <li>Ends are subtracted in double: a range as wide as the float format has a finite scale.
 * </ul>
 */
public final class Encodings {

    /** 2^-63: the product of two such scales, a bias' scale, is still a normal float. */
    public static final float SMALLEST_SCALE = 0x1p-63f;

    private Encodings() {}

    /**
     * The encoding that spends all integers of {@code type} on {@code range}, widened to take in zero.
     *
     * <p>s = (max - min) / (qmax - qmin), z = round(qmin - min / s).
     */
    public static Encoding asymmetric(Range range, QuantType type) {
        requireAtMost16Bits(type);
        Range wide = range.withZero();
        if (wide.magnitude() == 0) {
            wide = new Range(0, 1);
        }
        return encode(wide, type);
    }

    /**
     * The encoding with zero in its middle and as many steps on either side: ±127 for 8 bits, never -128.
     *
     * @param magnitude the largest magnitude to hold, finite, not negative
     * @param reduced7bit half of the steps (±63), for processors whose sums of products of pairs saturate at 16 bits;
     *     8-bit types
     */
    public static Encoding symmetric(float magnitude, QuantType type, boolean reduced7bit) {
        return Encoding.perTensor(type, symmetricScale(magnitude, type, reduced7bit), middle(type));
    }

    /** The scale of {@link #symmetric}. */
    static float symmetricScale(float magnitude, QuantType type, boolean reduced7bit) {
        if (!(magnitude >= 0) || !Float.isFinite(magnitude)) {
            throw new IllegalArgumentException("magnitude " + magnitude);
        }
        double end = magnitude == 0 ? 1 : magnitude;
        int steps = symmetricSteps(type, reduced7bit);
        float scale = atLeastSmallest(end / steps);
        // One integer more than the steps exists below the middle, and must not stand for an infinity either.
        return Float.isFinite((steps + 1) * scale) ? scale : Float.MAX_VALUE / (steps + 1);
    }

    /** Steps on either side of zero in a symmetric encoding. */
    static int symmetricSteps(QuantType type, boolean reduced7bit) {
        requireAtMost16Bits(type);
        if (reduced7bit && type.bits() != 8) {
            throw new IllegalArgumentException("only 8-bit types have a reduced range, not " + type);
        }
        return (1 << (type.bits() - (reduced7bit ? 2 : 1))) - 1;
    }

    /** The zero point of a symmetric encoding. */
    static int middle(QuantType type) {
        return type.signed() ? 0 : 1 << (type.bits() - 1);
    }

    /** The encoding of a range known beforehand, such as Softmax's [0, 1]; it must take in zero and not be empty. */
    public static Encoding fixed(Range range, QuantType type) {
        requireAtMost16Bits(type);
        if (range.min() > 0 || range.max() < 0 || range.magnitude() == 0) {
            throw new IllegalArgumentException("a fixed range without zero or without width: " + range);
        }
        return encode(range, type);
    }

    private static Encoding encode(Range range, QuantType type) {
        double width = (double) range.max() - range.min();
        float scale = atLeastSmallest(width / ((double) type.max() - type.min()));
        int zeroPoint = zeroPoint(range, type, scale);
        // Rounding of a scale near the end of the float format could turn the outermost integers into infinities.
        while (!Float.isFinite((type.max() - zeroPoint) * scale) || !Float.isFinite((type.min() - zeroPoint) * scale)) {
            scale = Math.nextDown(scale);
            zeroPoint = zeroPoint(range, type, scale);
        }
        return Encoding.perTensor(type, scale, zeroPoint);
    }

    private static int zeroPoint(Range range, QuantType type, float scale) {
        double zeroPoint = Math.rint(type.min() - range.min() / (double) scale);
        return (int) Math.max(type.min(), Math.min(type.max(), zeroPoint));
    }

    private static float atLeastSmallest(double scale) {
        return Math.max(SMALLEST_SCALE, (float) scale);
    }

    private static void requireAtMost16Bits(QuantType type) {
        if (type.bits() > 16) {
            throw new IllegalArgumentException("no range is encoded as " + type);
        }
    }
}
