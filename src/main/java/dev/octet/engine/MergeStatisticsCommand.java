package dev.octet.engine;

import dev.octet.engine.observe.origin.StatisticsOrigin;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.search.calibration.MergeStatistics;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Joins the statistics of shards, so that a calibration can be split over machines. */
@Command(
        name = "merge-statistics",
        mixinStandardHelpOptions = true,
        description = "Joins calibration statistics of different samples of one dataset into one file.")
final class MergeStatisticsCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "statistics of the shards, in any order")
    private List<Path> files = List.of();

    @Option(names = "--out", required = true, description = "file for the statistics of the whole")
    private Path out = Path.of("");

    @Override
    public Integer call() {
        try {
            StatisticsOrigin origin = MergeStatistics.merge(files, out);
            System.out.println(origin.samples() + " samples: " + origin.parts());
            return ExitCode.FINISHED.number();
        } catch (EngineException e) {
            return ExitCode.told(e).number();
        }
    }
}
