package dev.octet.engine.torch.export;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Names that a Python program can give to its values, each once. */
final class Identifiers {

    private static final int LONGEST = 100;

    /** Keywords, and what a generated function calls by itself. */
    private static final Set<String> RESERVED = Set.of(
            ("false none true and as assert async await break class continue def del elif else except finally for from"
                            + " global if import in is lambda nonlocal not or pass raise return try while with yield match case"
                            + " type self torch device inf nan math")
                    .split(" "));

    private final Set<String> taken = new HashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    /** {@code wish} as an identifier, with a number behind it where it is taken. */
    String fresh(String wish) {
        String plain = wish.replaceAll("[^A-Za-z0-9_]", "_");
        if (plain.length() > LONGEST) {
            plain = plain.substring(plain.length() - LONGEST);
        }
        if (plain.isEmpty() || Character.isDigit(plain.charAt(0)) || plain.charAt(0) == '_') {
            plain = "v" + plain;
        }
        if (RESERVED.contains(plain.toLowerCase(Locale.ROOT))) {
            plain = plain + "_";
        }
        String name = plain;
        while (!taken.add(name)) {
            name = plain + "_" + numbers.merge(plain, 1, Integer::sum);
        }
        return name;
    }
}
