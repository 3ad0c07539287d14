package dev.octet.client;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The client on the command line: {@code octet login | upload | quantize | watch | …}. */
@Command(name = "octet", mixinStandardHelpOptions = true, description = "Quantizes models with an Octet service.")
public final class ClientCommand implements Callable<Integer> {
    /** The words that begin a client's command line. */
    public static final Set<String> WORDS =
            Set.of("login", "upload", "quantize", "watch", "report", "download", "jobs", "cancel", "completion");

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs the command and returns the process's exit code: 0, or what {@link ExitCode} says. */
    public static int run(String... args) {
        return commandLine(args.length > 0 ? args[0] : "").execute(args);
    }

    /** @param word the command that is called: only it has to know the contract, which takes time to read */
    static CommandLine commandLine(String word) {
        CommandLine command = new CommandLine(new ClientCommand())
                .addSubcommand(new LoginCommand())
                .addSubcommand(new UploadCommand())
                .addSubcommand(quantize(word))
                .addSubcommand(new WatchCommand())
                .addSubcommand(new ReportCommand())
                .addSubcommand(new DownloadCommand())
                .addSubcommand(new JobsCommand())
                .addSubcommand(new CancelCommand())
                .addSubcommand(new CompletionCommand());
        for (CommandLine one : List.of(command, subcommand(command, "quantize"), subcommand(command, "watch"))) {
            one.getCommandSpec()
                    .usageMessage()
                    .exitCodeListHeading("%nExit codes:%n")
                    .exitCodeList(ExitCode.meanings());
        }
        return command.setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(new Failures())
                .setParameterExceptionHandler((e, _) -> {
                    e.getCommandLine().getErr().println("octet: " + e.getMessage());
                    e.getCommandLine()
                            .getErr()
                            .println("'octet " + name(e.getCommandLine()) + "--help' tells what there is");
                    return ExitCode.USAGE.number();
                });
    }

    private static CommandLine subcommand(CommandLine command, String name) {
        return Objects.requireNonNull(command.getSubcommands().get(name));
    }

    private static Object quantize(String word) {
        boolean isNeeded = word.equals("quantize") || word.equals("completion");
        return QuantizeCommand.commandLine(isNeeded ? RequestFlags.ofContract() : RequestFlags.none());
    }

    private static String name(CommandLine command) {
        return command.getParent() == null ? "" : command.getCommandName() + " ";
    }

    @Override
    public Integer call() {
        commandLine("").usage(System.err);
        return ExitCode.USAGE.number();
    }
}
