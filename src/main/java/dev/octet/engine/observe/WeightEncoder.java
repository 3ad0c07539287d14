package dev.octet.engine.observe;

import dev.octet.engine.graph.Channels;
import dev.octet.engine.graph.Channels.Channel;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.QuantType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Encodes weights, per tensor or channel, and quantizes them.
 *
 * <p>Encodings are symmetric: zero point in the middle, ±127 for 8 bits. A channel of zeros takes the largest scale of
 * the other channels, so that a bias in units of that scale is no coarser than its neighbours; a tensor of zeros is
 * encoded as [-1, 1].
 */
public final class WeightEncoder {

    /** Clipping thresholds tried at first, as shares of the largest magnitude, down to {@value #SMALLEST_SHARE}. */
    private static final int COARSE = 20;

    private static final int FINE = 5;
    private static final double SMALLEST_SHARE = 0.3;

    private WeightEncoder() {}

    /**
     * The encoding of {@code weights}, which are read in pieces and may be of any size.
     *
     * @param axis the channel axis, or {@link Encoding#PER_TENSOR}
     * @param type at most 16 bits
     * @param reduceRange 7 bits of an 8-bit type
     * @throws EngineException MODEL_NOT_FINITE if a weight is NaN or infinite
     */
    public static Encoding encode(Tensor weights, int axis, QuantType type, boolean reduceRange, WeightRange range) {
        Channels channels = Channels.of(weights, axis);
        int steps = Encodings.symmetricSteps(type, reduceRange);
        float[] magnitudes = new float[channels.count()];
        channels.forEach((c, values) -> {
            float largest = largest(values, c);
            magnitudes[c] = range == WeightRange.MSE ? leastError(values, largest, steps) : largest;
        });
        float substitute = 0;
        for (float magnitude : magnitudes) {
            substitute = Math.max(substitute, magnitude);
        }
        float[] scales = new float[magnitudes.length];
        for (int c = 0; c < scales.length; c++) {
            float magnitude = magnitudes[c] == 0 ? substitute : magnitudes[c];
            scales[c] = Encodings.symmetricScale(magnitude, type, reduceRange);
        }
        int[] zeroPoints = new int[scales.length];
        Arrays.fill(zeroPoints, Encodings.middle(type));
        return axis == Encoding.PER_TENSOR
                ? Encoding.perTensor(type, scales[0], zeroPoints[0])
                : Encoding.perChannel(type, scales, zeroPoints, axis);
    }

    /** The same for weights on the heap, of shape {@code dims}. */
    public static Encoding encode(
            float[] weights, long[] dims, int axis, QuantType type, boolean reduceRange, WeightRange range) {
        return encode(Tensor.ofFloats(weights, dims), axis, type, reduceRange, range);
    }

    private static float largest(Channel channel, int c) {
        float[] largest = {0};
        channel.forEach((values, from, to) -> {
            float most = largest[0];
            for (int i = from; i < to; i++) {
                most = Math.max(most, Math.abs(values[i]));
            }
            largest[0] = most;
        });
        if (!(largest[0] < Float.POSITIVE_INFINITY)) {
            throw new EngineException(Fault.MODEL_NOT_FINITE, "a weight of channel " + c + " is " + largest[0]);
        }
        return largest[0];
    }

    private static float leastError(Channel channel, float largest, int steps) {
        double best = 1;
        double least = squaredError(channel, largest, steps);
        double stride = (1 - SMALLEST_SHARE) / COARSE;
        for (int i = 1; i <= COARSE; i++) {
            double error = squaredError(channel, largest * (1 - i * stride), steps);
            if (error < least) {
                least = error;
                best = 1 - i * stride;
            }
        }
        double coarse = best;
        for (int i = -FINE + 1; i < FINE; i++) {
            double share = Math.min(1, coarse + i * stride / FINE);
            double error = squaredError(channel, largest * share, steps);
            if (error < least) {
                least = error;
                best = share;
            }
        }
        return (float) (largest * best);
    }

    private static double squaredError(Channel channel, double magnitude, int steps) {
        double scale = Math.max(Encodings.SMALLEST_SCALE, magnitude / steps);
        double[] sum = {0};
        channel.forEach((values, from, to) -> sum[0] += squaredError(values, from, to, scale, steps));
        return sum[0];
    }

    private static double squaredError(float[] values, int from, int to, double scale, int steps) {
        double inverse = 1 / scale;
        double error = 0;
        for (int i = from; i < to; i++) {
            double rest = values[i] - scale * Math.max(-steps, Math.min(steps, Math.rint(values[i] * inverse)));
            error += rest * rest;
        }
        return error;
    }

    /**
     * The weights as integers: ONNX's raw bytes, little-endian, two 4-bit values a byte, the first in the low half.
     *
     * <p>Where the zero point is the middle, values stay within ± the symmetric steps (-127, never -128).
     */
    public static byte[] quantize(float[] weights, long[] dims, Encoding encoding) {
        return quantize(weights, dims, encoding, false);
    }

    /**
     * The same, held within ±63 for an encoding made with a reduced range.
     *
     * <p>To be used whenever that encoding clips ({@link WeightRange#MSE}): the encoding alone doesn't tell.
     */
    public static byte[] quantize(float[] weights, long[] dims, Encoding encoding, boolean reduceRange) {
        Channels channels = Channels.of(Tensor.ofFloats(weights, dims), encoding.axis());
        require(channels, encoding);
        QuantType type = encoding.type();
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(Math.ceilDiv((long) weights.length * type.bits(), 8L)))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < weights.length; i++) {
            int q = quantized(weights[i], channels.of(i), encoding, reduceRange);
            switch (type.bits()) {
                case 4 -> bytes.put(i / 2, (byte) (bytes.get(i / 2) | (q & 15) << (i % 2 * 4)));
                case 8 -> bytes.put(i, (byte) q);
                case 16 -> bytes.putShort(2 * i, (short) q);
                default -> bytes.putInt(4 * i, q);
            }
        }
        return bytes.array();
    }

    private static int quantized(float weight, int channel, Encoding encoding, boolean reduceRange) {
        int q = encoding.quantize(weight, channel);
        QuantType type = encoding.type();
        int middle = Encodings.middle(type);
        if (type.bits() > 16 || encoding.zeroPoint(channel) != middle) {
            return q;
        }
        int steps = Encodings.symmetricSteps(type, reduceRange);
        return Math.max(middle - steps, Math.min(middle + steps, q));
    }

    /**
     * Signal to quantization noise of the weights in dB, {@code 10 log10(Σ w² / Σ (w - w')²)}, infinite where nothing
     * is lost.
     */
    public static double sqnrDb(float[] weights, long[] dims, Encoding encoding) {
        return sqnrDb(weights, dims, encoding, false);
    }

    /** The same for integers held within ±63, as {@link #quantize(float[], long[], Encoding, boolean)} holds them. */
    public static double sqnrDb(float[] weights, long[] dims, Encoding encoding, boolean reduceRange) {
        return sqnrDb(Tensor.ofFloats(weights, dims), encoding, reduceRange);
    }

    /** The same for weights that are read in pieces and may be of any size. */
    public static double sqnrDb(Tensor weights, Encoding encoding, boolean reduceRange) {
        Channels channels = Channels.of(weights, encoding.axis());
        require(channels, encoding);
        long[] index = {0};
        double[] sums = {0, 0};
        channels.forEachElement((values, from, to) -> {
            for (int i = from; i < to; i++) {
                int c = channels.of(index[0]++);
                double rest =
                        values[i] - (double) encoding.dequantize(quantized(values[i], c, encoding, reduceRange), c);
                sums[0] += (double) values[i] * values[i];
                sums[1] += rest * rest;
            }
        });
        return sums[1] == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(sums[0] / sums[1]);
    }

    private static void require(Channels channels, Encoding encoding) {
        if (!encoding.isPerTensor() && encoding.channels() != channels.count()) {
            throw new IllegalArgumentException(encoding + " for " + channels.count() + " channels");
        }
    }
}
