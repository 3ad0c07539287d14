package dev.octet.engine.data.text;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.scheme.EngineException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The characters of a file of texts, one after the other, with the number of the line.
 *
 * <p>UTF-8 without exception; a byte order mark is passed over.
 */
final class Characters implements AutoCloseable {

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final String name;
    private final Reader reader;
    private final char[] buffer = new char[1 << 14];
    private int at;
    private int end;
    private long line = 1;

    Characters(TextFile file) {
        this.name = file.name();
        this.reader = new InputStreamReader(file.open(), StandardCharsets.UTF_8.newDecoder());
        if (peek() == BYTE_ORDER_MARK) {
            at++;
        }
    }

    /** Number of the line that the next character is on, from 1. */
    long line() {
        return line;
    }

    /** The next character, left where it is; -1 at the end. */
    int peek() {
        if (at == end) {
            fill();
        }
        return end < 0 ? -1 : buffer[at];
    }

    /** The next character; -1 at the end. */
    int next() {
        int c = peek();
        if (c >= 0) {
            at++;
            line += c == '\n' ? 1 : 0;
        }
        return c;
    }

    /**
     * The rest of the line without its end; null at the end of the file.
     *
     * @param longest characters it may have
     * @throws EngineException DATASET_MALFORMED naming a line that is longer
     */
    @Nullable
    String nextLine(int longest) {
        if (peek() < 0) {
            return null;
        }
        long number = line;
        StringBuilder text = new StringBuilder();
        for (int c = next(); c >= 0 && c != '\n'; c = next()) {
            if (text.length() == longest) {
                throw malformed(number, "is longer than " + longest + " characters");
            }
            text.append((char) c);
        }
        int length = text.length();
        return length > 0 && text.charAt(length - 1) == '\r' ? text.substring(0, length - 1) : text.toString();
    }

    /** The refusal of what is on line {@code number}. */
    EngineException malformed(long number, String what) {
        return Archive.malformed(name, "line " + number + " " + what);
    }

    private void fill() {
        if (end < 0) {
            return;
        }
        try {
            at = 0;
            end = reader.read(buffer);
        } catch (CharacterCodingException e) {
            throw malformed(line, "or one of the next is not UTF-8");
        } catch (IOException e) {
            throw EngineException.ofIo(name + " can't be read", e);
        }
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw EngineException.ofIo(name + " can't be closed", e);
        }
    }
}
