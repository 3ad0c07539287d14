package dev.octet.engine;

import dev.octet.engine.observe.StatisticsRequest;
import dev.octet.engine.observe.origin.StatisticsOrigin;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.search.PreparedModel;
import dev.octet.engine.search.RunData;
import dev.octet.engine.search.SampleSet;
import dev.octet.engine.search.calibration.CalibrateOnce;
import dev.octet.engine.search.calibration.Candidates;
import dev.octet.engine.search.calibration.StatisticsKey;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Calibrates alone: the statistics of a recipe's calibration samples, or of some of them.
 *
 * <p>A recipe whose {@code statistics} name the file, or what was merged of several, calibrates no more.
 */
@Command(
        name = "calibrate",
        mixinStandardHelpOptions = true,
        description = "Collects the calibration statistics of a recipe, or a shard of them, for later runs.")
final class CalibrateCommand implements Callable<Integer> {

    @Option(names = "--recipe", required = true, description = "the recipe as a JSON file")
    private Path recipe = Path.of("");

    @Option(names = "--first", description = "first of the recipe's calibration samples to run (default: 0)")
    private long first;

    @Option(names = "--count", description = "calibration samples to run (default: all from the first on)")
    private long count = Long.MAX_VALUE;

    @Option(names = "--out", required = true, description = "file for the statistics")
    private Path out = Path.of("");

    @Override
    public Integer call() {
        try (WorkFolder scratch = WorkFolder.in(folder());
                Arena arena = Arena.ofShared()) {
            StatisticsOrigin origin = calibrate(read(), scratch.path(), arena);
            System.out.println(origin.samples() + " samples: " + origin.parts());
            return ExitCode.FINISHED.number();
        } catch (EngineException e) {
            return ExitCode.told(e).number();
        }
    }

    private Path folder() {
        Path parent = out.toAbsolutePath().getParent();
        if (parent == null) {
            throw new EngineException(Fault.RECIPE_INVALID, out + " is no file to write to.");
        }
        return parent;
    }

    private Recipe read() {
        try {
            return Recipe.parse(Files.readString(recipe));
        } catch (IOException e) {
            throw EngineException.ofIo("The recipe " + recipe + " can't be read", e);
        }
    }

    private StatisticsOrigin calibrate(Recipe asked, Path scratch, Arena arena) {
        Recipe.Calibration calibration = asked.calibration();
        if (calibration == null) {
            throw new EngineException(Fault.RECIPE_INVALID, "The recipe has no calibration set.");
        }
        OrtRunner runner = new OrtRunner(scratch);
        PreparedModel read = PreparedModel.read(asked.model(), scratch, runner, arena);
        try (RunData data = RunData.open(asked, read, scratch)) {
            PreparedModel prepared = read.withShapes(data.sampleShapes(), runner);
            SampleSet samples = shard(data.calibration());
            StatisticsOrigin origin =
                    StatisticsKey.origin(asked.model(), prepared.model(), calibration.dataset(), samples);
            @Nullable Path earlier = asked.statistics();
            CalibrateOnce.Calibrated calibrated = CalibrateOnce.run(
                    prepared.model(),
                    Candidates.of(prepared.model().graph()),
                    samples,
                    StatisticsRequest.EVERYTHING,
                    origin,
                    earlier,
                    Runtime.getRuntime().availableProcessors(),
                    scratch,
                    _ -> {});
            calibrated.write(out);
            return calibrated.origin();
        }
    }

    private SampleSet shard(SampleSet all) {
        if (first < 0 || count < 1 || first >= all.count()) {
            throw new EngineException(
                    Fault.RECIPE_INVALID,
                    "There are no such samples; the recipe calibrates on " + all.count() + ", the first is number 0.");
        }
        return all.part(first, count);
    }
}
