package dev.octet.engine.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Guesses what a file is that is no ONNX model, to tell its owner. */
final class FileKind {

    private static final int HEAD = 512;

    private static final Map<String, String> STARTS = starts();

    private FileKind() {}

    /** What the first bytes look like, such as {@code an HTML page}; empty where they look like nothing known. */
    static Optional<String> guess(MemorySegment file) {
        if (file.byteSize() == 0) {
            return Optional.of("an empty file");
        }
        byte[] bytes = file.asSlice(0, Math.min(HEAD, file.byteSize())).toArray(ValueLayout.JAVA_BYTE);
        String head = new String(bytes, StandardCharsets.ISO_8859_1);
        for (Map.Entry<String, String> start : STARTS.entrySet()) {
            if (head.startsWith(start.getKey())) {
                return Optional.of(start.getValue());
            }
        }
        if (head.startsWith("TFL3", 4)) {
            return Optional.of("a TensorFlow Lite model");
        }
        String text = head.stripLeading().toLowerCase(Locale.ROOT);
        if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
            return Optional.of("an HTML page");
        }
        return head.chars().allMatch(FileKind::isText) ? Optional.of("a text file") : Optional.empty();
    }

    private static boolean isText(int c) {
        return (c >= ' ' && c != 127) || c == '\n' || c == '\r' || c == '\t';
    }

    private static Map<String, String> starts() {
        Map<String, String> starts = new LinkedHashMap<>();
        starts.put("version https://git-lfs", "a Git LFS pointer, which stands for a file that was not fetched");
        starts.put("PK\3\4", "a zip archive");
        starts.put("\u001f\u008b", "a gzip file");
        starts.put("\u0089HDF", "an HDF5 (Keras) file");
        starts.put("\u0080\2", "a Python pickle");
        starts.put("\u0080\4", "a Python pickle");
        starts.put("\u0093NUMPY", "a NumPy array");
        starts.put("GGUF", "a GGUF model");
        starts.put("%PDF", "a PDF document");
        starts.put("\u0089PNG", "a PNG image");
        return starts;
    }
}
