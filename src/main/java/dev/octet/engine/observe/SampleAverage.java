package dev.octet.engine.observe;

import dev.octet.engine.scheme.Range;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Exponential moving average of each sample's extremes.
 *
 * <p>With momentum c = {@value #MOMENTUM}, as PyTorch's MovingAverageMinMaxObserver (averaging_constant) and Jacob et
 * al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", arXiv
 * 1712.05877: m(0) = x(0), m(k) = m(k-1) + c · (x(k) - m(k-1)).
 *
 * <p>Kept as n, x(0) and S = Σ c · (1-c)^(n-1-k) · x(k), so that m = S + (1-c)^n · x(0), and two runs of samples, one
 * after the other, join as S = S(later) + (1-c)^n(later) · S(earlier). One after the other is bit-stable; joining
 * rounds in double.
 */
final class SampleAverage {

    static final double MOMENTUM = 0.01;

    private long samples;
    private float firstMin;
    private float firstMax;
    private double decayedMin;
    private double decayedMax;

    void accept(float min, float max) {
        if (samples == 0) {
            firstMin = min;
            firstMax = max;
        }
        samples++;
        decayedMin = decayedMin * (1 - MOMENTUM) + MOMENTUM * min;
        decayedMax = decayedMax * (1 - MOMENTUM) + MOMENTUM * max;
    }

    /** Joins the samples that {@code later} saw after those of this one. */
    void merge(SampleAverage later) {
        if (later.samples == 0) {
            return;
        }
        if (samples == 0) {
            firstMin = later.firstMin;
            firstMax = later.firstMax;
        }
        double decay = Math.pow(1 - MOMENTUM, (double) later.samples);
        decayedMin = later.decayedMin + decay * decayedMin;
        decayedMax = later.decayedMax + decay * decayedMax;
        samples = Math.addExact(samples, later.samples);
    }

    /** Samples that had at least one finite value. */
    long samples() {
        return samples;
    }

    /** The averaged extremes; at least one sample needed. */
    Range range() {
        if (samples == 0) {
            throw new IllegalStateException("no sample observed");
        }
        double decay = Math.pow(1 - MOMENTUM, (double) samples);
        float min = (float) (decayedMin + decay * firstMin);
        float max = (float) (decayedMax + decay * firstMax);
        // Equal extremes may round to min above max by one unit in the last place.
        return new Range(Math.min(min, max), Math.max(min, max));
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(samples);
        out.writeFloat(firstMin);
        out.writeFloat(firstMax);
        out.writeDouble(decayedMin);
        out.writeDouble(decayedMax);
    }

    static SampleAverage read(DataInput in) throws IOException {
        SampleAverage average = new SampleAverage();
        average.samples = in.readLong();
        average.firstMin = in.readFloat();
        average.firstMax = in.readFloat();
        average.decayedMin = in.readDouble();
        average.decayedMax = in.readDouble();
        if (average.samples < 0
                || !Float.isFinite(average.firstMin)
                || !Float.isFinite(average.firstMax)
                || !Double.isFinite(average.decayedMin)
                || !Double.isFinite(average.decayedMax)) {
            throw new IOException("moving average of " + average.samples + " samples is out of bounds");
        }
        return average;
    }
}
