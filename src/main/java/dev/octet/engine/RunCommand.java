package dev.octet.engine;

import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.report.Outcome;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs one recipe for a program: lines of the {@link Protocol} on standard output, log text on standard error. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs a recipe, with JSON lines of progress on standard output.")
final class RunCommand implements Callable<Integer> {

    @Option(names = "--recipe", required = true, description = "the recipe as a JSON file")
    private Path recipe = Path.of("");

    @Option(names = "--out", required = true, description = "folder for the results")
    private Path out = Path.of("");

    @Option(names = "--supervised", description = "end when standard input ends: the parent is gone")
    private boolean supervised;

    @Override
    public Integer call() {
        Protocol protocol = Protocol.begin(supervised);
        return protocol.tell(() -> {
                    Outcome outcome = Quantizer.run(
                            read(), out, new Throttle(protocol::progress), protocol::trial, InstantSource.system());
                    return Map.of("outcome", outcome.verdict().name());
                })
                .number();
    }

    private Recipe read() {
        try {
            return Recipe.parse(Files.readString(recipe));
        } catch (CharacterCodingException e) {
            throw new EngineException(Fault.RECIPE_INVALID, "The recipe " + recipe + " is no UTF-8 text.", e);
        } catch (IOException e) {
            throw EngineException.ofIo("The recipe " + recipe + " can't be read", e);
        }
    }
}
