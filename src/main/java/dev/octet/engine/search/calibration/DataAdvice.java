package dev.octet.engine.search.calibration;

import dev.octet.engine.graph.Model;
import dev.octet.engine.observe.StatisticsRequest;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.observe.shape.Counts;
import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.Range;
import dev.octet.engine.search.Calibrate;
import dev.octet.engine.search.SampleSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether the calibration samples resemble those that the result is scored on, and whether they were enough.
 *
 * @param samples calibration samples seen
 * @param samplesEnough the count after which no range was narrower than the last one by more than 5 %; {@code samples} where one
 *     grew until the end
 * @param values encoded values compared
 * @param drifted how many of them span on evaluation samples less than half, or more than 1.5 times, what they did
 * @param worst the values of most drift or saturation, at most ten, worst first
 * @param sentences what to know and do, for the report; empty where all is well
 */
public record DataAdvice(
        long samples, long samplesEnough, int values, int drifted, List<Drift> worst, List<String> sentences) {

    /** Samples looked at. */
    public static final long MOST_SAMPLES = 256;

    private static final int WORST = 10;
    private static final double SETTLED = 0.05;
    private static final double WIDER = 1.5;
    private static final double NARROWER = 0.5;
    private static final double SATURATED = 0.001;
    private static final double MANY = 0.1;

    /**
     * One value on both sets.
     *
     * @param value its name
     * @param calibrated extremes on the calibration samples
     * @param evaluated extremes on the evaluation samples
     * @param ratio width of the second over that of the first, zero included
     * @param saturated share of the evaluation values that the encoding clips
     * @param saturatedBefore share of the calibration values that it clips, by the observer's choice
     */
    public record Drift(
            String value, Range calibrated, Range evaluated, double ratio, double saturated, double saturatedBefore) {

        boolean drifts() {
            return ratio > WIDER || ratio < NARROWER;
        }

        boolean saturates() {
            return saturated > SATURATED && saturated > 2 * saturatedBefore;
        }

        /** Doublings or halvings of the range, and what is clipped beyond the observer's choice. */
        double badness() {
            return Math.abs(Math.log(ratio)) + 100 * Math.max(0, saturated - saturatedBefore);
        }
    }

    public DataAdvice {
        worst = List.copyOf(worst);
        sentences = List.copyOf(sentences);
    }

    /**
     * Runs the float model over the first {@value #MOST_SAMPLES} of {@code evaluation} and compares.
     *
     * @param encodings of activations, by value, one scale each
     * @param calibrated the statistics that they were chosen from, with histograms
     */
    public static DataAdvice look(
            Model model,
            Map<String, Encoding> encodings,
            Map<String, TensorStatistics> calibrated,
            SampleSet evaluation,
            int threads,
            Path scratch) {
        List<String> values = encodings.keySet().stream()
                .filter(calibrated::containsKey)
                .sorted()
                .toList();
        return of(
                encodings,
                calibrated,
                Calibrate.run(
                        model,
                        values,
                        evaluation.atMost(MOST_SAMPLES),
                        StatisticsRequest.HISTOGRAM,
                        threads,
                        scratch,
                        _ -> {}));
    }

    /** Compares the values that all three tell of. */
    public static DataAdvice of(
            Map<String, Encoding> encodings,
            Map<String, TensorStatistics> calibrated,
            Map<String, TensorStatistics> evaluated) {
        List<Drift> drifts = new ArrayList<>();
        long samples = 0;
        long enough = 0;
        int growing = 0;
        for (Map.Entry<String, Encoding> entry : new TreeMap<>(encodings).entrySet()) {
            TensorStatistics before = calibrated.get(entry.getKey());
            TensorStatistics after = evaluated.get(entry.getKey());
            if (before == null || after == null || !entry.getValue().isPerTensor()) {
                continue;
            }
            samples = Math.max(samples, before.samples());
            long settled = before.growth().enough(before.range(), before.samples(), SETTLED);
            enough = Math.max(enough, settled);
            growing += settled == before.samples() ? 1 : 0;
            drifts.add(drift(entry.getKey(), entry.getValue(), before, after));
        }
        drifts.sort(Comparator.comparingDouble(Drift::badness).reversed().thenComparing(Drift::value));
        int drifted = (int) drifts.stream().filter(Drift::drifts).count();
        return new DataAdvice(
                samples,
                enough,
                drifts.size(),
                drifted,
                drifts.subList(0, Math.min(WORST, drifts.size())),
                sentences(drifts, drifted, growing, samples, enough));
    }

    private static Drift drift(String value, Encoding encoding, TensorStatistics before, TensorStatistics after) {
        double width = width(before.range());
        return new Drift(
                value,
                before.range(),
                after.range(),
                width == 0 ? 1 : Math.max(1e-9, width(after.range()) / width),
                saturated(after, encoding),
                saturated(before, encoding));
    }

    private static double saturated(TensorStatistics statistics, Encoding encoding) {
        return statistics.request().needsHistogram() ? Counts.of(statistics).saturated(encoding) : 0;
    }

    private static double width(Range range) {
        return (double) range.withZero().max() - range.withZero().min();
    }

    private static List<String> sentences(List<Drift> drifts, int drifted, int growing, long samples, long enough) {
        List<String> sentences = new ArrayList<>();
        List<Drift> saturating = drifts.stream().filter(Drift::saturates).toList();
        if (!saturating.isEmpty()) {
            Drift most = saturating.stream()
                    .max(Comparator.comparingDouble(Drift::saturated))
                    .orElseThrow();
            sentences.add(String.format(
                    Locale.ROOT,
                    "On evaluation samples %d of %d encodings clip more than they did on calibration samples, most '%s'"
                            + " with %.2f %% of its values.",
                    saturating.size(),
                    drifts.size(),
                    most.value,
                    100 * most.saturated));
        }
        if (drifted > MANY * drifts.size()) {
            Drift most = drifts.stream().filter(Drift::drifts).findFirst().orElseThrow();
            sentences.add(String.format(
                    Locale.ROOT,
                    "The calibration set does not resemble the evaluation set: %d of %d values span a range less than"
                            + " half or more than 1.5 times the calibrated one, most '%s' with %.2g times. Check that"
                            + " both are preprocessed alike, and calibrate on samples like those that will come.",
                    drifted,
                    drifts.size(),
                    most.value,
                    most.ratio));
        }
        if (growing > MANY * drifts.size()) {
            sentences.add("The ranges of " + growing + " of " + drifts.size()
                    + " values grew by more than 5 % late among the " + samples + " calibration samples: give more.");
        } else if (samples > 0 && enough <= samples / 2) {
            sentences.add(enough + " of the " + samples + " calibration samples would have been enough: after them no"
                    + " range grew by more than 5 %.");
        }
        return sentences;
    }
}
