package dev.octet.worker.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads lines of text from somebody who is not trusted to end them. */
final class BoundedLines {
    private BoundedLines() {}

    /**
     * Hands on each line, without its end, until the stream ends.
     *
     * @param maxBytes what is longer is cut there, and marked by an ellipsis
     * @param lines takes each line; bytes that are no UTF-8 are replaced
     */
    static void read(InputStream stream, int maxBytes, Consumer<String> lines) throws IOException {
        byte[] line = new byte[maxBytes];
        byte[] buffer = new byte[8192];
        int length = 0;
        boolean cut = false;
        int n;
        while ((n = stream.read(buffer)) >= 0) {
            for (int i = 0; i < n; i++) {
                if (buffer[i] == '\n') {
                    lines.accept(text(line, length, cut));
                    length = 0;
                    cut = false;
                } else if (length < maxBytes) {
                    line[length++] = buffer[i];
                } else {
                    cut = true;
                }
            }
        }
        if (length > 0) {
            lines.accept(text(line, length, cut));
        }
    }

    private static String text(byte[] line, int length, boolean cut) {
        int end = length > 0 && line[length - 1] == '\r' && !cut ? length - 1 : length;
        return new String(line, 0, end, StandardCharsets.UTF_8) + (cut ? "…" : "");
    }
}
