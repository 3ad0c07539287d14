package dev.octet.engine.torch.program;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The names of values that calls and arguments refer to. */
public final class Names {

    private Names() {}

    /** Names of all results, those of lists one by one, empty for what is none. */
    public static Stream<String> of(FxNode node) {
        return node.results().stream().flatMap(Names::of);
    }

    public static Stream<String> of(Argument argument) {
        return switch (argument) {
            case Argument.OfTensor(String name) -> Stream.of(name);
            case Argument.OfTensors(List<@Nullable String> names) ->
                new ArrayList<>(names).stream().map(name -> name == null ? "" : name);
            case Argument.OfLength(Length.Named(String name)) -> Stream.of(name);
            case Argument.OfLengths(List<Length> lengths) ->
                lengths.stream().map(length -> length instanceof Length.Named(String name) ? name : "");
            default -> Stream.of("");
        };
    }
}
