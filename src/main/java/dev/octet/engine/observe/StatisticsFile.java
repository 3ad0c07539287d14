package dev.octet.engine.observe;

import dev.octet.engine.observe.origin.StatisticsOrigin;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The file that keeps calibration statistics for later jobs.
 *
 * <p>Big-endian: the magic "OCTSTATS", the version (4 bytes), the origin, the number of tensors (4 bytes), for each its name
 * (length and UTF-8) and its statistics, in the order of the names; then the SHA-256 of all that. The same statistics
 * give the same bytes. What was collected of a tensor is told by its own flags, so that a file may serve whoever asks for less.
 */
public final class StatisticsFile {

    private static final byte[] MAGIC = "OCTSTATS".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 3;
    private static final int DIGEST_BYTES = 32;
    private static final int LONGEST_NAME = 1 << 16;
    private static final int MOST_TENSORS = 1 << 20;
    private static final long LARGEST_FILE = 1L << 32;

    private StatisticsFile() {}

    /**
     * What a file holds.
     *
     * @param origin what the statistics were taken from
     * @param statistics by tensor name, sorted, each open to more samples
     */
    public record Content(StatisticsOrigin origin, SortedMap<String, TensorStatistics> statistics) {}

    /** Writes statistics that no later run may take for its own, since nobody says what they were taken from. */
    public static void write(Map<String, TensorStatistics> statistics, Path file) {
        write(StatisticsOrigin.UNKNOWN, statistics, file);
    }

    /**
     * Writes {@code statistics} under a temporary name, syncs, and renames to {@code file}.
     *
     * @throws EngineException IO, or DISK_FULL
     */
    public static void write(StatisticsOrigin origin, Map<String, TensorStatistics> statistics, Path file) {
        Path temporary = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (FileOutputStream bytes = new FileOutputStream(temporary.toFile())) {
                MessageDigest digest = sha256();
                OutputStream buffered = new BufferedOutputStream(bytes, 1 << 16);
                DataOutputStream out = new DataOutputStream(new DigestOutputStream(buffered, digest));
                out.write(MAGIC);
                out.writeInt(VERSION);
                origin.write(out);
                out.writeInt(statistics.size());
                for (Map.Entry<String, TensorStatistics> entry : new TreeMap<>(statistics).entrySet()) {
                    byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
                    out.writeInt(name.length);
                    out.write(name);
                    entry.getValue().write(out);
                }
                out.flush();
                buffered.write(digest.digest());
                buffered.flush();
                bytes.getFD().sync();
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            deleteQuietly(temporary, e);
            throw EngineException.ofIo("statistics could not be written to " + file.getFileName(), e);
        }
    }

    private static void deleteQuietly(Path file, IOException reason) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /**
     * Reads what {@link #write} wrote; nothing is taken from a file whose checksum does not hold.
     *
     * @throws EngineException IO if the file can't be read, is damaged, or of another version
     */
    public static Content read(Path file) {
        try {
            long size = Files.size(file);
            if (size < MAGIC.length + DIGEST_BYTES || size > LARGEST_FILE) {
                throw new IOException("it has " + size + " bytes");
            }
            verify(file, size - DIGEST_BYTES);
            try (InputStream bytes = Files.newInputStream(file)) {
                Bounded bounded = new Bounded(new BufferedInputStream(bytes, 1 << 16), size - DIGEST_BYTES);
                Content content = parse(new DataInputStream(bounded));
                if (bounded.left != 0) {
                    throw new IOException(bounded.left + " bytes follow the last tensor");
                }
                return content;
            }
        } catch (EOFException e) {
            throw new EngineException(Fault.IO, "statistics file " + file.getFileName() + " ends too early", e);
        } catch (IOException e) {
            throw new EngineException(
                    Fault.IO, "statistics file " + file.getFileName() + " can't be used: " + e.getMessage(), e);
        }
    }

    private static void verify(Path file, long covered) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            DigestInputStream in = new DigestInputStream(new Bounded(bytes, covered), digest);
            in.transferTo(OutputStream.nullOutputStream());
            if (!MessageDigest.isEqual(digest.digest(), bytes.readNBytes(DIGEST_BYTES))) {
                throw new IOException("its checksum does not hold, the file is damaged");
            }
        }
    }

    private static Content parse(DataInputStream in) throws IOException {
        byte[] magic = in.readNBytes(MAGIC.length);
        int version = in.readInt();
        if (!MessageDigest.isEqual(magic, MAGIC) || version != VERSION) {
            throw new IOException("it is not a statistics file of version " + VERSION);
        }
        StatisticsOrigin origin = StatisticsOrigin.read(in);
        int tensors = in.readInt();
        if (tensors < 0 || tensors > MOST_TENSORS) {
            throw new IOException("it claims " + tensors + " tensors");
        }
        SortedMap<String, TensorStatistics> statistics = new TreeMap<>();
        for (int i = 0; i < tensors; i++) {
            int length = in.readInt();
            if (length < 0 || length > LONGEST_NAME) {
                throw new IOException("tensor " + i + " has a name of " + length + " bytes");
            }
            byte[] name = new byte[length];
            in.readFully(name);
            TensorStatistics tensor = TensorStatistics.read(in);
            if (statistics.put(new String(name, StandardCharsets.UTF_8), tensor) != null) {
                throw new IOException("tensor " + i + " has the name of another");
            }
        }
        return new Content(origin, statistics);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The first {@code left} bytes of a stream. */
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream in, long length) {
            super(in);
            left = length;
        }

        @Override
        public int read() throws IOException {
            int value = left == 0 ? -1 : in.read();
            left -= value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int n = left == 0 && length > 0 ? -1 : in.read(to, offset, (int) Math.min(length, left));
            left -= Math.max(0, n);
            return n;
        }
    }
}
