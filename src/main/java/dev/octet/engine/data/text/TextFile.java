package dev.octet.engine.data.text;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.data.zip.ArchiveEntry;
import dev.octet.engine.data.zip.EntryStream;
import dev.octet.engine.scheme.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A file of texts, by itself or in a zip, that can be read from its beginning again and again. */
public interface TextFile {

    /** Bytes that tell text from anything else. */
    int HEAD_BYTES = 4096;

    /** What faults call it. */
    String name();

    /** How many bytes it holds, as far as is known before it is read. */
    long bytes();

    /** A new stream over its bytes. */
    InputStream open();

    /** Whether {@code file} begins like text, not like a zip or anything else binary; an empty file does not. */
    static boolean isText(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(HEAD_BYTES);
            boolean zip = head.length > 1 && head[0] == 'P' && head[1] == 'K' && (head.length < 3 || head[2] < ' ');
            boolean text = head.length > 0;
            for (byte b : head) {
                text &= b < 0 || b >= ' ' || b == '\n' || b == '\r' || b == '\t';
            }
            return text && !zip;
        } catch (IOException e) {
            throw EngineException.ofIo("The dataset can't be read", e);
        }
    }

    /** A file of its own. */
    static TextFile of(Path file) {
        return new TextFile() {
            @Override
            public String name() {
                return "texts";
            }

            @Override
            public long bytes() {
                try {
                    return Files.size(file);
                } catch (IOException e) {
                    throw EngineException.ofIo("The dataset can't be read", e);
                }
            }

            @Override
            public InputStream open() {
                try {
                    return Files.newInputStream(file);
                } catch (IOException e) {
                    throw EngineException.ofIo("The dataset can't be read", e);
                }
            }
        };
    }

    /** An entry of an open archive. */
    static TextFile of(Archive archive, ArchiveEntry entry) {
        return new TextFile() {
            @Override
            public String name() {
                return entry.name();
            }

            @Override
            public long bytes() {
                return entry.size();
            }

            @Override
            public InputStream open() {
                return new EntryInput(archive.read(entry));
            }
        };
    }

    /** An entry as an ordinary stream. */
    final class EntryInput extends InputStream {

        private final EntryStream entry;

        private EntryInput(EntryStream entry) {
            this.entry = entry;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (entry.remaining() == 0) {
                return -1;
            }
            int count = (int) Math.min(length, entry.remaining());
            entry.read(into, offset, count);
            return count;
        }

        @Override
        public void close() {
            entry.close();
        }
    }
}
