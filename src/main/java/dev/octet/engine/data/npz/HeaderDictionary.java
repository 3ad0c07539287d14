package dev.octet.engine.data.npz;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.scheme.EngineException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Python dictionary in a numpy header, strictly parsed.
 *
 * <p>Exactly the keys {@code descr} (a string), {@code fortran_order} (True or False) and {@code shape} (a tuple of
 * non-negative integers) in any order, once each. Nothing is evaluated.
 */
final class HeaderDictionary {

    private final String array;
    private final String text;
    private int at;
    private @Nullable String descr;
    private @Nullable Boolean fortranOrder;
    private @Nullable List<Long> shape;

    HeaderDictionary(String array, String text) {
        this.array = array;
        this.text = text;
        parse();
    }

    String descr() {
        return required(descr, "descr");
    }

    boolean fortranOrder() {
        return required(fortranOrder, "fortran_order");
    }

    List<Long> shape() {
        return required(shape, "shape");
    }

    private <T> T required(@Nullable T value, String key) {
        if (value == null) {
            throw malformed("lacks '" + key + "'");
        }
        return value;
    }

    private void parse() {
        expect('{');
        while (!accept('}')) {
            String key = string();
            expect(':');
            switch (key) {
                case "descr" -> descr = once(descr, key, descrValue());
                case "fortran_order" -> fortranOrder = once(fortranOrder, key, bool());
                case "shape" -> shape = once(shape, key, tuple());
                default -> throw malformed("has a key other than descr, fortran_order and shape");
            }
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skipBlanks();
        if (at != text.length()) {
            throw malformed("goes on behind its dictionary");
        }
    }

    private <T> T once(@Nullable T before, String key, T value) {
        if (before != null) {
            throw malformed("has '" + key + "' twice");
        }
        return value;
    }

    private String descrValue() {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == '[') {
            throw Archive.malformed(array, "holds structured records; save each field as an array of its own");
        }
        return string();
    }

    private String string() {
        skipBlanks();
        char quote = at < text.length() ? text.charAt(at) : 0;
        if (quote != '\'' && quote != '"') {
            throw malformed("has no string at character " + at);
        }
        int end = text.indexOf(quote, at + 1);
        if (end < 0 || text.substring(at + 1, end).indexOf('\\') >= 0) {
            throw malformed("has an unfinished or escaped string at character " + at);
        }
        String value = text.substring(at + 1, end);
        at = end + 1;
        return value;
    }

    private boolean bool() {
        skipBlanks();
        for (boolean value : new boolean[] {true, false}) {
            String word = value ? "True" : "False";
            if (text.startsWith(word, at)) {
                at += word.length();
                return value;
            }
        }
        throw malformed("has neither True nor False at character " + at);
    }

    private List<Long> tuple() {
        List<Long> dims = new ArrayList<>();
        expect('(');
        while (!accept(')')) {
            dims.add(dimension());
            if (dims.size() > NpyHeader.MAX_RANK) {
                throw Archive.malformed(array, "has more than " + NpyHeader.MAX_RANK + " dimensions");
            }
            if (!accept(',')) {
                if (dims.size() == 1) {
                    throw malformed("has a shape that is no tuple");
                }
                expect(')');
                break;
            }
        }
        return dims;
    }

    private long dimension() {
        skipBlanks();
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            throw malformed("has a dimension that is not a number of 0 or more, at character " + at);
        }
        try {
            long value = Long.parseLong(text.substring(start, at));
            // Python 2 wrote long integers with an L behind them.
            accept('L');
            return value;
        } catch (NumberFormatException _) {
            throw malformed("has a dimension that is too large, at character " + start);
        }
    }

    private void expect(char wanted) {
        if (!accept(wanted)) {
            throw malformed("has no '" + wanted + "' at character " + at);
        }
    }

    private boolean accept(char wanted) {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private EngineException malformed(String what) {
        return Archive.malformed(array, "its numpy header " + what);
    }
}
