package dev.octet.engine;

import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.data.text.TokenizerFile;
import dev.octet.engine.onnx.ModelArchive;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.report.OutcomeFiles;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.search.PreparedModel;
import dev.octet.engine.search.SampleSet;
import dev.octet.engine.search.comparison.CompareSamples;
import dev.octet.engine.search.comparison.Comparison;
import dev.octet.engine.search.source.SourceFormat;
import dev.octet.engine.search.source.SourceModel;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the float and the quantized model on a few samples and tells both outputs and their differences as JSON. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = "Runs a model and its quantized form on samples and prints both outputs, as JSON.")
final class CompareCommand implements Callable<Integer> {

    /** Samples that are looked at, whatever is asked for. */
    private static final int MOST_SAMPLES = 256;

    @Option(
            names = "--model",
            required = true,
            description = "the float model: ONNX file, a zip of one with its external data, or a torch.export archive")
    private Path model = Path.of("");

    @Option(
            names = "--quantized",
            required = true,
            description = "the quantized model: ONNX file, or a zip of one with its external data")
    private Path quantized = Path.of("");

    @Option(names = "--dataset", required = true, description = "the samples, in any form that datasets have")
    private Path dataset = Path.of("");

    @Option(names = "--samples", description = "how many of them, from the first, 256 at most (default: 16)")
    private int samples = 16;

    @Option(names = "--preprocessing", description = "how they become inputs, as the JSON of a job request has it")
    private @Nullable String preprocessing;

    @Option(
            names = "--target",
            description = "target the quantized model is for; executed as written where this machine is another")
    private @Nullable String target;

    @Option(names = "--out", description = "file for the JSON (default: standard output)")
    private @Nullable Path out;

    @Option(names = "--supervised", description = "end when standard input ends: the parent is gone")
    private boolean supervised;

    @Override
    public Integer call() {
        Path file = out;
        if (file != null) {
            return Protocol.begin(supervised)
                    .tell(() -> {
                        OutcomeFiles.json(compare(), file);
                        return Map.of();
                    })
                    .number();
        }
        try {
            System.out.println(OutcomeFiles.pretty(compare()));
            return ExitCode.FINISHED.number();
        } catch (EngineException e) {
            return ExitCode.told(e).number();
        }
    }

    private Comparison compare() {
        if (samples < 1 || samples > MOST_SAMPLES) {
            throw new EngineException(Fault.RECIPE_INVALID, "--samples has to be from 1 to " + MOST_SAMPLES + ".");
        }
        Preprocessing steps = preprocessing == null ? Preprocessing.NONE : Recipe.preprocessing(preprocessing);
        try (WorkFolder scratch = WorkFolder.in(Path.of(System.getProperty("java.io.tmpdir")));
                Arena arena = Arena.ofShared()) {
            SourceModel source = SourceModel.read(model, scratch.path().resolve("model"), arena);
            Path int8 = ModelArchive.unpack(quantized, scratch.path().resolve("quantized"));
            TokenizerFile tokenizer = source.format() == SourceFormat.ONNX_ZIP
                    ? TokenizerFile.beside(source.file()).orElse(null)
                    : null;
            try (Dataset open = Dataset.open(dataset, tokenizer)) {
                SampleSet set = SampleSet.whole(
                                open,
                                "dataset",
                                PreparedModel.inputs(source.model().graph()),
                                steps)
                        .atMost(samples);
                return CompareSamples.run(
                        source.file(),
                        int8,
                        target != null && !target.equals(Targets.own().id()),
                        set,
                        Runtime.getRuntime().availableProcessors());
            }
        }
    }
}
