package dev.octet.engine.scheme;

import java.util.Arrays;
import java.util.Objects;

/**
 * How real values map to integers: scale, zero point, type, axis.
 *
 * <p>{@code q = clamp(round_half_even(x / scale[c]) + zeroPoint[c], type.min, type.max)} and
 * {@code x' = (q - zeroPoint[c]) * scale[c]}, as ONNX QuantizeLinear and DequantizeLinear define them. One pair for the whole
 * tensor ({@link #PER_TENSOR}) or one for each index along {@link #axis()}.
 */
public final class Encoding {

    /** The axis of an encoding that holds for the whole tensor. */
    public static final int PER_TENSOR = -1;

    private final QuantType type;
    private final float[] scale;
    private final int[] zeroPoint;
    private final int axis;

    private Encoding(QuantType type, float[] scale, int[] zeroPoint, int axis) {
        if (scale.length == 0 || scale.length != zeroPoint.length) {
            throw new IllegalArgumentException(scale.length + " scales and " + zeroPoint.length + " zero points");
        }
        for (int c = 0; c < scale.length; c++) {
            if (!(scale[c] > 0) || !Float.isFinite(scale[c])) {
                throw new IllegalArgumentException("scale " + scale[c] + " of channel " + c);
            }
            if (zeroPoint[c] < type.min() || zeroPoint[c] > type.max()) {
                throw new IllegalArgumentException(
                        "zero point " + zeroPoint[c] + " of channel " + c + " outside " + type);
            }
        }
        this.type = type;
        this.scale = scale;
        this.zeroPoint = zeroPoint;
        this.axis = axis;
    }

    /** One scale and zero point for the whole tensor. */
    public static Encoding perTensor(QuantType type, float scale, int zeroPoint) {
        return new Encoding(type, new float[] {scale}, new int[] {zeroPoint}, PER_TENSOR);
    }

    /** One scale and zero point for each index along {@code axis}, copied. */
    public static Encoding perChannel(QuantType type, float[] scale, int[] zeroPoint, int axis) {
        if (axis < 0) {
            throw new IllegalArgumentException("axis " + axis);
        }
        return new Encoding(type, scale.clone(), zeroPoint.clone(), axis);
    }

    public QuantType type() {
        return type;
    }

    /** The channel axis, or {@link #PER_TENSOR}. */
    public int axis() {
        return axis;
    }

    public boolean isPerTensor() {
        return axis == PER_TENSOR;
    }

    /** Number of scales: 1, or the size of the tensor along {@link #axis()}. */
    public int channels() {
        return scale.length;
    }

    /** The scale of channel {@code c}; any {@code c} where the encoding is per tensor. */
    public float scale(int c) {
        return scale[isPerTensor() ? 0 : c];
    }

    /** The zero point of channel {@code c}; any {@code c} where the encoding is per tensor. */
    public int zeroPoint(int c) {
        return zeroPoint[isPerTensor() ? 0 : c];
    }

    /** All scales, a copy. */
    public float[] scales() {
        return scale.clone();
    }

    /** All zero points, a copy. */
    public int[] zeroPoints() {
        return zeroPoint.clone();
    }

    /** The integer that {@code x} of channel {@code c} becomes; NaN becomes the zero point. */
    public int quantize(float x, int c) {
        if (Float.isNaN(x)) {
            return zeroPoint(c);
        }
        double q = Math.rint((double) x / scale(c)) + zeroPoint(c);
        return (int) Math.max(type.min(), Math.min(type.max(), q));
    }

    /** The real value that the integer {@code q} of channel {@code c} stands for. */
    public float dequantize(int q, int c) {
        return (float) ((long) q - zeroPoint(c)) * scale(c);
    }

    /** The real values that channel {@code c} can represent. */
    public Range representable(int c) {
        return new Range(dequantize(type.min(), c), dequantize(type.max(), c));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Encoding that
                && type == that.type
                && axis == that.axis
                && Arrays.equals(scale, that.scale)
                && Arrays.equals(zeroPoint, that.zeroPoint);
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, axis, Arrays.hashCode(scale), Arrays.hashCode(zeroPoint));
    }

    /** Stable text, as plans and golden files print it. */
    @Override
    public String toString() {
        return isPerTensor()
                ? type + " scale " + scale[0] + " zero point " + zeroPoint[0]
                : type + " per channel on axis " + axis + ", " + scale.length + " scales";
    }
}
