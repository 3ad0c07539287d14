package dev.octet.engine.torch.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A size that depends on the inputs, as people write it.
 *
 * <p>Archives spell it as SymPy's constructors: {@code Mul(Integer(8), Symbol('s22', positive=True, integer=True))} is {@code 8*s22}.
 */
final class SizeExpression {

    /** How tightly the parts of an expression hold together, the loosest first. */
    private enum Bond {
        SUM,
        QUOTIENT,
        PRODUCT,
        POWER,
        WHOLE
    }

    private record Part(String text, Bond bond) {

        String within(Bond outer) {
            return bond.compareTo(outer) < 0 ? "(" + text + ")" : text;
        }
    }

    private static final Pattern TOKEN =
            Pattern.compile("\\s*(?:([A-Za-z_]\\w{0,63})|'([A-Za-z_]\\w{0,63})'|(-?\\d{1,18})|([(),=]))");
    private static final int DEEPEST = 30;
    private static final int LONGEST = 2000;

    private final Matcher matcher;
    private int at;

    private SizeExpression(String text) {
        this.matcher = TOKEN.matcher(text);
    }

    /** {@code text} for people; as it stands where it is spelled in no known way. */
    static String readable(String text) {
        if (text.length() > LONGEST) {
            return text;
        }
        SizeExpression expression = new SizeExpression(text);
        return expression
                .part(0)
                .filter(_ -> text.substring(expression.at).isBlank())
                .map(Part::text)
                .orElse(text);
    }

    private Optional<Part> part(int depth) {
        if (depth > DEEPEST || !next()) {
            return Optional.empty();
        }
        String name = matcher.group(1);
        if (matcher.group(3) != null) {
            return Optional.of(new Part(matcher.group(3), Bond.WHOLE));
        }
        if (name == null) {
            return Optional.empty();
        }
        if (!takes("(")) {
            return Optional.of(new Part(name, Bond.WHOLE));
        }
        return name.equals("Symbol") ? symbol() : arguments(depth).flatMap(parts -> called(name, parts));
    }

    /** Its name; what is assumed of it behind that says nothing here. */
    private Optional<Part> symbol() {
        if (!next() || matcher.group(2) == null) {
            return Optional.empty();
        }
        Part symbol = new Part(matcher.group(2), Bond.WHOLE);
        while (takes(",")) {
            if (!next() || !takes("=") || !next()) {
                return Optional.empty();
            }
        }
        return takes(")") ? Optional.of(symbol) : Optional.empty();
    }

    private Optional<List<Part>> arguments(int depth) {
        List<Part> parts = new ArrayList<>();
        do {
            Optional<Part> part = part(depth + 1);
            if (part.isEmpty()) {
                return Optional.empty();
            }
            parts.add(part.get());
        } while (takes(","));
        return takes(")") ? Optional.of(parts) : Optional.empty();
    }

    private static Optional<Part> called(String name, List<Part> parts) {
        Part first = parts.getFirst();
        return Optional.of(
                switch (name) {
                    case "Integer" -> first;
                    case "Add" -> new Part(joined(parts, " + ", Bond.SUM).replace(" + -", " - "), Bond.SUM);
                    case "Mul" -> new Part(joined(parts, "*", Bond.PRODUCT), Bond.PRODUCT);
                    case "Pow" -> new Part(joined(parts, "**", Bond.WHOLE), Bond.POWER);
                    case "FloorDiv", "CleanDiv" -> new Part(joined(parts, "//", Bond.WHOLE), Bond.QUOTIENT);
                    case "Mod", "PythonMod" -> new Part(joined(parts, " % ", Bond.WHOLE), Bond.QUOTIENT);
                    default ->
                        new Part(name.toLowerCase(Locale.ROOT) + "(" + joined(parts, ", ", Bond.SUM) + ")", Bond.WHOLE);
                });
    }

    private static String joined(List<Part> parts, String with, Bond bond) {
        return parts.stream().map(part -> part.within(bond)).collect(Collectors.joining(with));
    }

    private boolean next() {
        boolean found = matcher.region(at, matcher.regionEnd()).lookingAt();
        if (found) {
            at = matcher.end();
        }
        return found;
    }

    private boolean takes(String sign) {
        int before = at;
        if (next() && sign.equals(matcher.group(4))) {
            return true;
        }
        at = before;
        return false;
    }
}
