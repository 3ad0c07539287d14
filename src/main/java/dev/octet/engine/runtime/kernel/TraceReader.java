package dev.octet.engine.runtime.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads the trace that ONNX Runtime's profiling writes: a JSON array of flat events.
 *
 * <p>Events are read one at a time; of each, members that are texts or numbers are kept, nested ones are skipped. The format is
 * Chrome's trace event format (duration events, {@code "ph": "X"}).
 */
public final class TraceReader {

    private static final int DEEPEST = 64;

    private final Reader in;
    private int next;

    private TraceReader(Reader in) throws IOException {
        this.in = in;
        this.next = in.read();
    }

    /**
     * Hands each event of the trace in {@code file} to {@code sink}, as texts by member name.
     *
     * @throws IOException where the file can't be read or is no such trace
     */
    public static void read(Path file, Consumer<Map<String, String>> sink) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            new TraceReader(in).events(sink);
        }
    }

    private void events(Consumer<Map<String, String>> sink) throws IOException {
        expect('[');
        if (peek() == ']') {
            return;
        }
        do {
            sink.accept(event());
        } while (isComma());
        expect(']');
    }

    private Map<String, String> event() throws IOException {
        Map<String, String> members = new HashMap<>();
        expect('{');
        if (peek() == '}') {
            expect('}');
            return members;
        }
        do {
            String name = text();
            expect(':');
            switch (peek()) {
                case '"' -> members.put(name, text());
                case '{', '[' -> skip(0);
                default -> members.put(name, literal());
            }
        } while (isComma());
        expect('}');
        return members;
    }

    private void skip(int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("trace nested deeper than " + DEEPEST);
        }
        int open = peek();
        switch (open) {
            case '"' -> text();
            case '{', '[' -> {
                int close = open == '{' ? '}' : ']';
                take();
                if (peek() == close) {
                    take();
                    return;
                }
                do {
                    if (open == '{') {
                        text();
                        expect(':');
                    }
                    skip(depth + 1);
                } while (isComma());
                expect(close);
            }
            default -> literal();
        }
    }

    /** A number, true, false or null. */
    private String literal() throws IOException {
        StringBuilder literal = new StringBuilder();
        peek();
        while (Character.isLetterOrDigit(next) || next == '-' || next == '+' || next == '.') {
            literal.append((char) take());
        }
        if (literal.isEmpty()) {
            throw unexpected();
        }
        return literal.toString();
    }

    private String text() throws IOException {
        expect('"');
        StringBuilder text = new StringBuilder();
        while (next != '"') {
            int c = take();
            text.append((char) (c == '\\' ? escaped() : c));
        }
        take();
        return text.toString();
    }

    private int escaped() throws IOException {
        int c = take();
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = Character.digit(take(), 16);
                    if (digit < 0) {
                        throw new IOException("a \\u escape without four digits in the trace");
                    }
                    code = code * 16 + digit;
                }
                yield code;
            }
            default -> c;
        };
    }

    private boolean isComma() throws IOException {
        if (peek() != ',') {
            return false;
        }
        take();
        return true;
    }

    private int peek() throws IOException {
        while (next == ' ' || next == '\n' || next == '\r' || next == '\t') {
            next = in.read();
        }
        return next;
    }

    private int take() throws IOException {
        int taken = next;
        if (taken < 0) {
            throw unexpected();
        }
        next = in.read();
        return taken;
    }

    private void expect(int wanted) throws IOException {
        if (peek() != wanted) {
            throw unexpected();
        }
        take();
    }

    private IOException unexpected() {
        return new IOException(next < 0 ? "the trace ends early" : "unexpected '" + (char) next + "' in the trace");
    }
}
