package dev.octet.engine;

import dev.octet.engine.report.OutcomeFiles;
import dev.octet.engine.runtime.ProcessMemory;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The engine on the command line: {@code engine quantize | run | compare | calibrate | merge-statistics | inspect}. */
@Command(
        name = "engine",
        mixinStandardHelpOptions = true,
        versionProvider = EngineVersion.class,
        description = "Quantizes models without the service.",
        synopsisSubcommandLabel = "quantize | run | compare | calibrate | merge-statistics | inspect")
public final class EngineCommand implements Callable<Integer> {

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs the command and returns the process's exit code: 0, or what {@link ExitCode} says. */
    public static int run(String... args) {
        ProcessMemory.keepSmall();
        return commandLine().execute(args);
    }

    private static CommandLine commandLine() {
        return new CommandLine(new EngineCommand())
                .addSubcommand(new QuantizeCommand())
                .addSubcommand(new RunCommand())
                .addSubcommand(new CompareCommand())
                .addSubcommand(new CalibrateCommand())
                .addSubcommand(new MergeStatisticsCommand())
                .addSubcommand(new Inspect())
                .setExitCodeExceptionMapper(_ -> ExitCode.DEFECT.number())
                .setParameterExceptionHandler((e, _) -> {
                    e.getCommandLine().getErr().println(e.getMessage());
                    e.getCommandLine().usage(e.getCommandLine().getErr());
                    return ExitCode.USAGE.number();
                });
    }

    @Override
    public Integer call() {
        commandLine().usage(System.err);
        return ExitCode.USAGE.number();
    }

    /** Prints what a model or dataset file is. */
    @Command(
            name = "inspect",
            mixinStandardHelpOptions = true,
            description = "Prints what a model or dataset is, as JSON.")
    static final class Inspect implements Callable<Integer> {

        @Parameters(paramLabel = "FILE", description = "an ONNX file, a model's zip, an npz or a zip of images")
        private Path file = Path.of("");

        @Override
        public Integer call() {
            try (WorkFolder scratch = WorkFolder.in(Path.of(System.getProperty("java.io.tmpdir")))) {
                System.out.println(OutcomeFiles.pretty(summary(scratch.path())));
                return ExitCode.FINISHED.number();
            } catch (EngineException e) {
                System.err.println(e.fault() + ": " + e.getMessage());
                return ExitCode.of(e.fault()).number();
            }
        }

        private Object summary(Path scratch) {
            try {
                return Inspection.dataset(file);
            } catch (EngineException notADataset) {
                if (notADataset.fault() != Fault.DATASET_MALFORMED) {
                    throw notADataset;
                }
                return Inspection.model(file, scratch);
            }
        }
    }
}
