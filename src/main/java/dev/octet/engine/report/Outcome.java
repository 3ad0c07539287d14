package dev.octet.engine.report;

import dev.octet.engine.evaluate.Fidelity;
import dev.octet.engine.evaluate.Interval;
import dev.octet.engine.evaluate.Score;
import dev.octet.engine.evaluate.Score.Ap50;
import dev.octet.engine.observe.shape.Portrait;
import dev.octet.engine.runtime.LatencyComparison;
import dev.octet.engine.search.Findings.Timing;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run: the verdict, the figures, the report, the layers, the trials.
 *
 * @param verdict whether the goal was met
 * @param result the figures, as the HTTP contract's {@code result}
 * @param report the whole story
 * @param layers each node of the prepared model
 * @param trials what was tried
 * @param plan the performed plan as stable text
 */
public record Outcome(
        Verdict verdict, Result result, Report report, List<Layer> layers, List<Trial> trials, String plan) {

    public Outcome {
        layers = List.copyOf(layers);
        trials = List.copyOf(trials);
    }

    /** Whether the goal was met. */
    public enum Verdict {
        GOAL_MET,
        /** The metric lost more than the objective allows. */
        GOAL_NOT_MET,
        /** The quantized model is not faster at any measured batch size. */
        NO_SPEEDUP
    }

    /**
     * The figures side by side.
     *
     * @param metric the score of both models
     * @param fidelity closeness of the outputs
     * @param latency times at each batch size; empty where not measured
     * @param sizeBytes both files
     * @param memoryBytes peak memory of inference; null where not measured
     * @param peakMemoryBytes of the engine over the whole run; null where the system does not tell
     * @param int8MacShare share of multiply-accumulates on integer kernels
     * @param provenance what made it
     */
    public record Result(
            @Nullable Metric metric,
            Closeness fidelity,
            List<Times> latency,
            Pair sizeBytes,
            @Nullable Pair memoryBytes,
            @Nullable Long peakMemoryBytes,
            double int8MacShare,
            Provenance provenance) {}

    /** A figure of both models. */
    public record Pair(long fp32, long int8) {}

    /** The score of both models with its 95 % intervals. */
    public record Metric(
            String name,
            double fp32,
            double int8,
            double drop,
            long samples,
            Intervals interval,
            @Nullable Test pairedTest,
            @Nullable Ap50 ap50) {

        static Metric of(Score score) {
            return new Metric(
                    score.metric().name(),
                    score.fp32(),
                    score.int8(),
                    score.drop(),
                    score.samples(),
                    new Intervals(0.95, score.fp32Interval(), score.int8Interval(), score.dropInterval()),
                    score.test().isEmpty() ? null : new Test(score.test(), score.pValue(), score.pValue() < 0.05),
                    score.ap50());
        }
    }

    /** Confidence intervals of a score. */
    public record Intervals(double confidence, Interval fp32, Interval int8, Interval drop) {}

    /** A paired test of both models on the same samples. */
    public record Test(String name, double pValue, boolean significant) {}

    /** Closeness of the quantized model's outputs to the float model's. */
    public record Closeness(
            double sqnrDb, double cosine, @Nullable Double top1Agreement, long samples) {
        static Closeness of(Fidelity fidelity) {
            return new Closeness(fidelity.sqnrDb(), fidelity.cosine(), fidelity.top1Agreement(), fidelity.samples());
        }
    }

    /** Times of both models, in milliseconds. */
    public record Times(
            int batchSize,
            int threads,
            Quantiles fp32,
            Quantiles int8,
            double speedup,
            Interval speedupInterval,
            int rounds) {

        static Times of(Timing timing) {
            LatencyComparison.Latency latency = timing.latency();
            return new Times(
                    timing.batchSize(),
                    timing.threads(),
                    Quantiles.of(latency.fp32()),
                    Quantiles.of(latency.int8()),
                    latency.speedup(),
                    new Interval(latency.low(), latency.high()),
                    latency.rounds());
        }
    }

    /** Median and 95th percentile, in milliseconds. */
    public record Quantiles(double p50, double p95) {
        static Quantiles of(LatencyComparison.Times times) {
            return new Quantiles(millis(times.p50()), millis(times.p95()));
        }

        private static double millis(Duration time) {
            return time.toNanos() / 1e6;
        }
    }

    /** What made a result: versions, hashes, machine. */
    public record Provenance(
            String engineVersion,
            String runtime,
            String modelSha256,
            @Nullable String calibrationSha256,
            @Nullable String evaluationSha256,
            @Nullable String trainingSha256,
            @Nullable String trainingRuntime,
            String settingsSha256,
            String planSha256,
            String target,
            long seed,
            String cpu,
            List<String> cpuFeatures,
            int threads,
            String javaVersion,
            String operatingSystem) {}

    /** What became of one node of the prepared model. */
    public record Layer(
            int position,
            String name,
            String operator,
            String decision,
            String reason,
            String precision,
            long macs,
            @Nullable Weight weight,
            @Nullable Activation activation,
            @Nullable Double sqnrAloneDb,
            @Nullable Double sqnrAccumulatedDb,
            @Nullable Double fp32Micros,
            @Nullable Double int8Micros) {}

    /** Constant weights and their encoding. */
    public record Weight(
            @Nullable EncodingView encoding,
            double min,
            double max,
            @Nullable Double sqnrDb) {}

    /**
     * A node's output and its encoding.
     *
     * @param histogram counts of its values between min and max, in bins of the same width; null where it was not observed
     * @param worstChannels those that reach farthest; null where channels were not told apart
     * @param causes why its encoding may lose much, in sentences; null where it was not observed
     */
    public record Activation(
            String tensor,
            @Nullable EncodingView encoding,
            @Nullable Double min,
            @Nullable Double max,
            @Nullable Double saturation,
            @Nullable List<Long> histogram,
            @Nullable List<Portrait.Channel> worstChannels,
            @Nullable List<String> causes) {}

    /** Scale, zero point, type and axis of a tensor. */
    public record EncodingView(
            List<Float> scale,
            List<Integer> zeroPoint,
            String type,
            @Nullable Integer axis) {}

    /**
     * One candidate configuration that was tried.
     *
     * @param metric its score on the evaluation set; null where only the chosen one is scored
     * @param predictedDrop what a search expected it to lose, by the samples it chose on; null outside a search
     * @param sqnrDb closeness of its outputs
     * @param fidelity the same in full; in a search, on the samples it chose on
     * @param onFront whether no other trial is as good in closeness, speed and size and better in one
     */
    public record Trial(
            int number,
            String status,
            String technique,
            String description,
            boolean chosen,
            @Nullable String reason,
            @Nullable Metric metric,
            @Nullable Double predictedDrop,
            double sqnrDb,
            Closeness fidelity,
            List<Times> latency,
            List<Speedup> speedup,
            long sizeBytes,
            double int8MacShare,
            boolean onFront,
            double seconds,
            String finishedAt) {}

    /** How many times as fast as the float model. */
    public record Speedup(int batchSize, int threads, double speedup) {
        static Speedup of(Times times) {
            return new Speedup(times.batchSize(), times.threads(), times.speedup());
        }
    }
}
