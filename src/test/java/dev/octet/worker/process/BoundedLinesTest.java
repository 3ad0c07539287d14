package dev.octet.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundedLinesTest {
    private static List<String> read(byte[] bytes, int max) throws IOException {
        List<String> lines = new ArrayList<>();
        BoundedLines.read(new ByteArrayInputStream(bytes), max, lines::add);
        return lines;
    }

    private static List<String> read(String text, int max) throws IOException {
        return read(text.getBytes(StandardCharsets.UTF_8), max);
    }

    @Test
    void linesEndWithTheirEndOrTheStream() throws IOException {
        assertThat(read("one\ntwo\r\n\nlast", 10)).containsExactly("one", "two", "", "last");
        assertThat(read("", 10)).isEmpty();
    }

    @Test
    void whatIsTooLongIsCutAndTheNextLineIsWhole() throws IOException {
        assertThat(read("x".repeat(100_000) + "\nnext", 8)).containsExactly("xxxxxxxx…", "next");
        assertThat(read("12345678\n", 8)).containsExactly("12345678");
    }

    @Test
    void bytesThatAreNoTextAreReplaced() throws IOException {
        assertThat(read(new byte[] {'a', (byte) 0xff, 'b', '\n'}, 8)).containsExactly("a\ufffdb");
    }
}
