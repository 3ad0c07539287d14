package dev.octet.engine.data.zip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Reads one zip entry from front to back in bounded memory.
 *
 * <p>Gives exactly the claimed number of bytes. When the last is read, the entry must end there too and, unless stored bytes
 * were skipped, its CRC-32 must hold; otherwise {@link dev.octet.engine.scheme.Fault#DATASET_MALFORMED}. Not for several
 * threads at once.
 */
public final class EntryStream implements AutoCloseable {

    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final int BUFFER_BYTES = 1 << 16;

    private final FileChannel channel;
    private final ArchiveEntry entry;
    private final @Nullable Inflater inflater;
    private final ByteBuffer compressed = ByteBuffer.allocate(BUFFER_BYTES);
    private final CRC32 crc = new CRC32();
    private long position;
    private long compressedLeft;
    private long left;
    private boolean skipped;

    private EntryStream(FileChannel channel, ArchiveEntry entry, long position) {
        this.channel = channel;
        this.entry = entry;
        this.position = position;
        this.compressedLeft = entry.compressedSize();
        this.left = entry.size();
        this.inflater = entry.deflated() ? new Inflater(true) : null;
    }

    static EntryStream open(FileChannel channel, ArchiveEntry entry) {
        byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
        if (entry.limit() - entry.offset() < LOCAL_BYTES + name.length) {
            throw Archive.malformed(entry.name(), "has no room for its local header");
        }
        ByteBuffer local = ByteBuffer.allocate(LOCAL_BYTES + name.length).order(ByteOrder.LITTLE_ENDIAN);
        Archive.readFully(channel, local, entry.offset(), entry.name());
        if (local.getInt(0) != LOCAL
                || local.getShort(8) != (entry.deflated() ? 8 : 0)
                || Short.toUnsignedInt(local.getShort(26)) != name.length
                || !Arrays.equals(local.array(), LOCAL_BYTES, local.capacity(), name, 0, name.length)) {
            throw Archive.malformed(entry.name(), "its local header does not agree with the zip's directory");
        }
        long start = entry.offset() + local.capacity() + Short.toUnsignedInt(local.getShort(28));
        if (start > entry.limit() - entry.compressedSize()) {
            throw Archive.malformed(entry.name(), "its bytes reach into the next entry");
        }
        return new EntryStream(channel, entry, start);
    }

    /** Bytes still to come, if the entry keeps to its claim. */
    public long remaining() {
        return left;
    }

    /** Where in the file the next byte that it holds is. */
    long position() {
        return position;
    }

    /** Reads exactly {@code count} bytes into {@code into} from {@code offset} on. */
    public void read(byte[] into, int offset, int count) {
        if (count > left) {
            throw Archive.malformed(entry.name(), "ends " + (count - left) + " bytes too early");
        }
        if (inflater == null) {
            Archive.readFully(channel, ByteBuffer.wrap(into, offset, count), position, entry.name());
            position += count;
        } else {
            inflate(inflater, into, offset, count);
        }
        crc.update(into, offset, count);
        left -= count;
        if (left == 0) {
            finish();
        }
    }

    /** Leaves out {@code count} bytes: for nothing where stored, by inflating where deflated. */
    public void skip(long count) {
        if (count > left) {
            throw Archive.malformed(entry.name(), "ends " + (count - left) + " bytes too early");
        }
        if (inflater == null) {
            skipped |= count > 0;
            position += count;
            left -= count;
            return;
        }
        byte[] scratch = new byte[(int) Math.min(count, BUFFER_BYTES)];
        for (long todo = count; todo > 0; ) {
            int n = (int) Math.min(todo, scratch.length);
            read(scratch, 0, n);
            todo -= n;
        }
    }

    private void inflate(Inflater in, byte[] into, int offset, int count) {
        int done = 0;
        try {
            while (done < count) {
                int n = in.inflate(into, offset + done, count - done);
                done += n;
                if (n == 0 && !refill(in)) {
                    throw Archive.malformed(entry.name(), "holds fewer bytes than the " + entry.size() + " it claims");
                }
            }
        } catch (DataFormatException e) {
            throw Archive.malformed(
                    entry.name(),
                    "its deflated bytes are damaged at " + (entry.size() - left + done) + ": " + e.getMessage());
        }
    }

    /** Hands on more compressed bytes; false where there are none or the inflater has no use for them. */
    private boolean refill(Inflater in) {
        if (!in.needsInput() || in.finished() || compressedLeft == 0) {
            return false;
        }
        compressed.clear().limit((int) Math.min(compressedLeft, BUFFER_BYTES));
        int count = compressed.remaining();
        Archive.readFully(channel, compressed, position, entry.name());
        position += count;
        compressedLeft -= count;
        in.setInput(compressed.flip());
        return true;
    }

    private void finish() {
        if (inflater != null) {
            byte[] beyond = new byte[1];
            try {
                while (!inflater.finished()) {
                    if (inflater.inflate(beyond) > 0) {
                        throw Archive.malformed(
                                entry.name(), "holds more bytes than the " + entry.size() + " it claims");
                    }
                    if (!inflater.finished() && !refill(inflater)) {
                        throw Archive.malformed(entry.name(), "its deflated bytes do not end");
                    }
                }
            } catch (DataFormatException e) {
                throw Archive.malformed(entry.name(), "its deflated bytes are damaged at their end: " + e.getMessage());
            }
            if (compressedLeft > 0 || inflater.getRemaining() > 0) {
                throw Archive.malformed(entry.name(), "has bytes behind the end of its deflated ones");
            }
        }
        if (!skipped && crc.getValue() != entry.crc()) {
            throw Archive.malformed(entry.name(), "its CRC-32 does not hold: the bytes are damaged");
        }
    }

    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
        }
    }
}
