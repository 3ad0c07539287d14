package dev.octet.engine.search.calibration;

import dev.octet.engine.graph.Model;
import dev.octet.engine.observe.StatisticsFile;
import dev.octet.engine.observe.StatisticsRequest;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.observe.origin.StatisticsOrigin;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.search.Calibrate;
import dev.octet.engine.search.SampleSet;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Calibrates what no earlier run has: takes its statistics where they are of the same model and samples. */
public final class CalibrateOnce {

    private CalibrateOnce() {}

    /**
     * Statistics, and where they are from.
     *
     * @param origin to be written with them
     * @param statistics by value, sorted: all that was asked for and all else that the earlier run had
     * @param note what was taken from the earlier run, in a sentence for the report; empty where none was given
     */
    public record Calibrated(StatisticsOrigin origin, SortedMap<String, TensorStatistics> statistics, String note) {

        public Calibrated {
            statistics = Collections.unmodifiableSortedMap(statistics);
        }

        /** Keeps them for later runs. */
        public void write(Path file) {
            StatisticsFile.write(origin, statistics, file);
        }
    }

    /**
     * Statistics of {@code values} over {@code samples}.
     *
     * @param origin of {@code samples} under {@code model}, see {@link StatisticsKey#origin}
     * @param earlier the statistics of an earlier run; null where there are none. A file that is damaged, or of another model,
     *     dataset, preprocessing or other samples, is not used, and the note says so
     * @param threads processors to use
     * @param progress told the number of samples done; not at all where nothing has to be run
     * @throws EngineException MODEL_NOT_FINITE naming a value that holds NaN or infinity, DATASET_MISMATCH where there is no sample
     */
    public static Calibrated run(
            Model model,
            Collection<String> values,
            SampleSet samples,
            StatisticsRequest request,
            StatisticsOrigin origin,
            @Nullable Path earlier,
            int threads,
            Path scratch,
            LongConsumer progress) {
        if (earlier == null) {
            return fresh(model, values, samples, request, origin, "", threads, scratch, progress);
        }
        StatisticsFile.Content stored;
        try {
            stored = StatisticsFile.read(earlier);
        } catch (EngineException e) {
            if (e.fault() != Fault.IO) {
                throw e;
            }
            String note = "The statistics of an earlier run were not used: " + e.getMessage() + ".";
            return fresh(model, values, samples, request, origin, note, threads, scratch, progress);
        }
        if (!stored.origin().equals(origin)) {
            String note = "The statistics of an earlier run were not used: they are of "
                    + (stored.origin().source().equals(origin.source())
                            ? "other samples."
                            : "another model, dataset or preprocessing, or of another version of the engine.");
            return fresh(model, values, samples, request, origin, note, threads, scratch, progress);
        }
        SortedMap<String, TensorStatistics> statistics = new TreeMap<>(stored.statistics());
        statistics.values().removeIf(tensor -> tensor.count() == 0 || tensor.nonFinite() > 0);
        Set<String> missing = new LinkedHashSet<>(values);
        missing.removeIf(value -> {
            TensorStatistics tensor = statistics.get(value);
            return tensor != null && tensor.request().covers(request);
        });
        statistics.putAll(Calibrate.run(model, missing, samples, request, threads, scratch, progress));
        String note = missing.isEmpty()
                ? "Statistics of an earlier run were used: calibration skipped."
                : "Statistics of an earlier run were used for " + (values.size() - missing.size()) + " of "
                        + values.size() + " values; the others were calibrated.";
        return new Calibrated(origin, statistics, note);
    }

    private static Calibrated fresh(
            Model model,
            Collection<String> values,
            SampleSet samples,
            StatisticsRequest request,
            StatisticsOrigin origin,
            String note,
            int threads,
            Path scratch,
            LongConsumer progress) {
        return new Calibrated(
                origin,
                new TreeMap<>(Calibrate.run(model, values, samples, request, threads, scratch, progress)),
                note);
    }
}
