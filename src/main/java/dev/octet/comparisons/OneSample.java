package dev.octet.comparisons;

import dev.octet.platform.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import tools.jackson.databind.json.JsonMapper;

/** Makes datasets of one sample from what is none by itself: an image, a text. */
final class OneSample {
    /** Bytes that tell an image from anything else. */
    static final int HEAD = 8;

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
    private static final int BUFFER = 1 << 16;

    private OneSample() {}

    /** Whether a file that begins like that is an image. */
    static boolean isImage(byte[] head) {
        return startsWith(head, PNG) || startsWith(head, JPEG);
    }

    /**
     * Writes a zip of one image into {@code folder}.
     *
     * @param head its first bytes
     * @param rest what follows them
     * @throws ProblemException TOO_LARGE past the limit
     */
    static Path image(byte[] head, InputStream rest, Path folder, long limitBytes) throws IOException {
        Path file = folder.resolve("image.zip");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            // Images are compressed as they are.
            zip.setLevel(Deflater.NO_COMPRESSION);
            zip.putNextEntry(new ZipEntry(startsWith(head, PNG) ? "sample.png" : "sample.jpg"));
            InputStream image = new SequenceInputStream(new ByteArrayInputStream(head), rest);
            byte[] buffer = new byte[BUFFER];
            long size = 0;
            for (int n = image.read(buffer); n >= 0; n = image.read(buffer)) {
                size += n;
                if (size > limitBytes) {
                    throw ProblemException.tooLarge(limitBytes);
                }
                zip.write(buffer, 0, n);
            }
            zip.closeEntry();
        }
        return file;
    }

    /** One line of JSON Lines. */
    static Resource text(String text) {
        return new ByteArrayResource(
                (JsonMapper.shared().writeValueAsString(Map.of("text", text)) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static boolean startsWith(byte[] bytes, byte[] with) {
        for (int i = 0; i < with.length; i++) {
            if (i >= bytes.length || bytes[i] != with[i]) {
                return false;
            }
        }
        return true;
    }
}
