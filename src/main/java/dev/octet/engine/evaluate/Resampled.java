package dev.octet.engine.evaluate;

import dev.octet.engine.evaluate.statistic.MeanAveragePrecision;
import dev.octet.engine.evaluate.statistic.SampleStatistic;
import dev.octet.engine.scheme.MetricKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A metric that is no mean over samples: computed anew for every resample, of both models alike. */
final class Resampled implements Metric {

    private final MetricKind kind;
    private final SampleStatistic fp32;
    private final SampleStatistic int8;
    private final long seed;
    private int samples;

    Resampled(MetricKind kind, SampleStatistic fp32, SampleStatistic int8, long seed) {
        this.kind = kind;
        this.fp32 = fp32;
        this.int8 = int8;
        this.seed = seed;
    }

    @Override
    public void add(float[] exact, float @Nullable [] quantized) {
        fp32.add(exact);
        int8.add(quantized == null ? nothing(exact.length) : quantized);
        samples++;
    }

    private static float[] nothing(int length) {
        float[] none = new float[length];
        Arrays.fill(none, Float.NaN);
        return none;
    }

    @Override
    public Score score() {
        Score score = PairedBootstrap.score(
                kind, samples, times -> new PairedBootstrap.Pair(fp32.value(times), int8.value(times)), seed);
        return fp32 instanceof MeanAveragePrecision exact && int8 instanceof MeanAveragePrecision quantized
                ? score.with(new Score.Ap50(exact.atHalfOverlap(), quantized.atHalfOverlap()))
                : score;
    }
}
