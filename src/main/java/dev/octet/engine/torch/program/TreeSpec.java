package dev.octet.engine.torch.program;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/** The structure of arguments and results as {@code torch.utils._pytree} writes it. */
final class TreeSpec {

    private static final int VERSION = 1;
    private static final String TUPLE = "builtins.tuple";
    private static final String DICTIONARY = "builtins.dict";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private TreeSpec() {}

    /** {@code count} arguments by position, none by keyword. */
    static String ofArguments(int count) {
        return text(
                node(TUPLE, "null", List.of(node(TUPLE, "null", leaves(count)), node(DICTIONARY, "[]", List.of()))));
    }

    /**
     * Results called {@code names}: one by itself; as a tuple where they are called as {@link OutputNames} calls the parts of one; else
     * a dictionary.
     */
    static String ofResults(List<String> names) {
        if (names.size() == 1) {
            return text(leaf());
        }
        boolean places =
                IntStream.range(0, names.size()).allMatch(i -> names.get(i).equals("output_" + i));
        return text(
                places
                        ? node(TUPLE, "null", leaves(names.size()))
                        : node(DICTIONARY, JSON.writeValueAsString(names), leaves(names.size())));
    }

    private static List<Object> leaves(int count) {
        List<Object> leaves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leaves.add(leaf());
        }
        return leaves;
    }

    private static Object leaf() {
        return ProgramWriter.ordered("type", null, "context", null, "children_spec", List.of());
    }

    private static Object node(String type, String context, List<Object> children) {
        return ProgramWriter.ordered("type", type, "context", context, "children_spec", children);
    }

    private static String text(Object spec) {
        return JSON.writeValueAsString(List.of(VERSION, spec));
    }
}
