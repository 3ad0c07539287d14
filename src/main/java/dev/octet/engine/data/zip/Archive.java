package dev.octet.engine.data.zip;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * An open zip file whose entries can be read side by side.
 *
 * <p>Each entry has its own position and inflater, so several advance together. Stored and deflated entries, zip64 and data
 * descriptors are read; encrypted, split and otherwise compressed ones are refused, as are overlapping entries and bytes
 * before the first. At most {@value DirectoryReader#MAX_ENTRIES} entries. Faults of the file are
 * {@link Fault#DATASET_MALFORMED}. Format: PKWARE APPNOTE 6.3.
 */
public final class Archive implements AutoCloseable {

    private final FileChannel channel;
    private final List<ArchiveEntry> entries;

    private Archive(FileChannel channel, List<ArchiveEntry> entries) {
        this.channel = channel;
        this.entries = entries;
    }

    public static Archive open(Path file) {
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new EngineException(Fault.IO, "The dataset can't be opened: " + e.getMessage(), e);
        }
        try {
            return new Archive(channel, new DirectoryReader(channel).read());
        } catch (Throwable e) {
            closeQuietly(channel, e);
            throw e;
        }
    }

    /** All entries, folders included, in the order of the directory. */
    public List<ArchiveEntry> entries() {
        return entries;
    }

    /** A new stream at the start of {@code entry}, independent of all others. */
    public EntryStream read(ArchiveEntry entry) {
        return EntryStream.open(channel, entry);
    }

    /** Where in the file the bytes of {@code entry}, which is stored, begin; all of them are inside of it. */
    public long start(ArchiveEntry entry) {
        try (EntryStream in = read(entry)) {
            return in.position();
        }
    }

    /** The whole of {@code entry}, which must not be longer than {@code limit} bytes. */
    public byte[] readAll(ArchiveEntry entry, int limit) {
        if (entry.size() > limit) {
            throw malformed(entry.name(), "holds " + entry.size() + " bytes; at most " + limit + " are read");
        }
        try (EntryStream in = read(entry)) {
            byte[] content = new byte[(int) entry.size()];
            in.read(content, 0, content.length);
            return content;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new EngineException(Fault.IO, "The dataset can't be closed: " + e.getMessage(), e);
        }
    }

    /** The refusal of the file for what is wrong at {@code where} in it. */
    public static EngineException malformed(String where, String what) {
        return new EngineException(
                Fault.DATASET_MALFORMED, where + ": " + what, List.of(new EngineException.Detail(where, what)));
    }

    /** Fills {@code buffer} from {@code position} on, up to its limit. */
    static void readFully(FileChannel channel, ByteBuffer buffer, long position, String where) {
        try {
            long at = position;
            while (buffer.hasRemaining()) {
                int n = channel.read(buffer, at);
                if (n < 0) {
                    throw malformed(where, "the file ends " + buffer.remaining() + " bytes too early");
                }
                at += n;
            }
        } catch (IOException e) {
            throw new EngineException(Fault.IO, where + ": can't be read: " + e.getMessage(), e);
        }
    }

    private static void closeQuietly(FileChannel channel, Throwable cause) {
        try {
            channel.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
