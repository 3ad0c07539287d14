package dev.octet.engine.recipe;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A name, or a pattern of names, of nodes to leave alone.
 *
 * <p>A star stands for any run of characters, slashes and dots included, as in {@code encoder.layers.0.*}. What has none is a whole
 * name: of a node, of a value that a node makes, or of an operator type.
 */
public final class NamePattern {

    private final String text;
    private final Pattern pattern;

    private NamePattern(String text, Pattern pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    public static NamePattern of(String text) {
        return new NamePattern(
                text,
                Pattern.compile(
                        Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                        Pattern.DOTALL));
    }

    /** Whether a node or value called {@code name} is meant; one without a name never is. */
    public boolean matches(String name) {
        return !name.isEmpty() && pattern.matcher(name).matches();
    }

    /** Whether all nodes of the operator type {@code op} are meant. */
    public boolean isType(String op) {
        return text.equals(op);
    }

    @Override
    public String toString() {
        return text;
    }
}
