package dev.octet.engine.search.calibration;

import dev.octet.engine.observe.StatisticsFile;
import dev.octet.engine.observe.TensorStatistics;
import dev.octet.engine.observe.origin.StatisticsOrigin;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;

/**
 * Joins the statistics of shards of one dataset into those of the whole.
 *
 * <p>Counts, extremes and histograms are exact whatever the order. Moving averages hang on it: shards say which samples they saw
 * and are joined in that order, whatever the order of the files. An average of averages, {@code b + (1 - m)^n a} for the n samples
 * of b that follow those of a, is the average of all but for rounding in double precision.
 */
public final class MergeStatistics {

    private MergeStatistics() {}

    /** A shard and its name for people. */
    private record Shard(String name, StatisticsFile.Content content) {}

    /**
     * Joins {@code files} into {@code out}, which may be one of them.
     *
     * @return what the joined statistics are of
     * @throws EngineException RECIPE_INVALID, with everything that does not fit, where the files are not shards of one calibration:
     *     another source, samples twice, other values; IO where one is damaged
     */
    public static StatisticsOrigin merge(List<Path> files, Path out) {
        List<Shard> shards = new ArrayList<>();
        for (Path file : files) {
            StatisticsFile.Content content = StatisticsFile.read(file);
            if (content.origin().parts().isEmpty()) {
                throw refused(file.getFileName() + " does not say what its statistics are of", List.of());
            }
            shards.add(new Shard(String.valueOf(file.getFileName()), content));
        }
        if (shards.isEmpty()) {
            throw refused("there are no statistics to merge", List.of());
        }
        shards.sort(Comparator.comparingLong(shard -> shard.content.origin().first()));
        Shard whole = shards.getFirst();
        SortedMap<String, TensorStatistics> statistics = whole.content.statistics();
        StatisticsOrigin origin = whole.content.origin();
        for (Shard shard : shards.subList(1, shards.size())) {
            requireSameValues(whole, shard);
            if (shard.content.origin().first() < origin.end()) {
                throw refused(
                        shard.name + " has samples that others have too, or that lie between those of another",
                        List.of());
            }
            try {
                origin = origin.and(shard.content.origin());
            } catch (IllegalArgumentException e) {
                throw refused(shard.name + " is no shard of the same calibration: " + e.getMessage(), List.of());
            }
            shard.content
                    .statistics()
                    .forEach((value, tensor) ->
                            Objects.requireNonNull(statistics.get(value)).merge(tensor));
        }
        StatisticsFile.write(origin, statistics, out);
        return origin;
    }

    private static void requireSameValues(Shard whole, Shard shard) {
        List<EngineException.Detail> faults = new ArrayList<>();
        SortedMap<String, TensorStatistics> mine = whole.content.statistics();
        SortedMap<String, TensorStatistics> its = shard.content.statistics();
        mine.forEach((value, tensor) -> {
            TensorStatistics other = its.get(value);
            if (other == null) {
                faults.add(new EngineException.Detail(shard.name, "has no statistics of '" + value + "'"));
            } else if (!other.request().equals(tensor.request())) {
                faults.add(new EngineException.Detail(
                        shard.name, "has " + other.request() + " of '" + value + "', not " + tensor.request()));
            }
        });
        its.keySet().stream()
                .filter(value -> !mine.containsKey(value))
                .forEach(value ->
                        faults.add(new EngineException.Detail(whole.name, "has no statistics of '" + value + "'")));
        if (!faults.isEmpty()) {
            throw refused(
                    faults.getFirst().path() + " " + faults.getFirst().message(),
                    faults.subList(0, Math.min(100, faults.size())));
        }
    }

    private static EngineException refused(String message, List<EngineException.Detail> details) {
        return new EngineException(Fault.RECIPE_INVALID, "Statistics can't be merged: " + message + ".", details);
    }
}
