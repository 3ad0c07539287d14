package dev.octet.storage;

import dev.octet.platform.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of the blobs in one folder.
 *
 * <p>{@code ab/cd/<hash>} for what is whole, {@code incoming/} for what is being written, {@code partial/} for what comes in pieces: all
 * on one file system, so that a rename makes a file visible at once and whole.
 */
final class BlobDisk {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final int BUFFER = 1 << 18;
    private static final long LOOK_AFTER = 1L << 24;

    /** What was written: its file, hash and size. */
    record Written(Path file, String sha256, long sizeBytes) {}

    private final Path root;
    private final Path incoming;
    private final Path partial;
    private final long minFree;

    /** @param minFreeBytes what uploads leave free on the disk */
    BlobDisk(Path root, long minFreeBytes) throws IOException {
        this.root = Files.createDirectories(root).toRealPath();
        this.incoming = Files.createDirectories(this.root.resolve("incoming"));
        this.partial = Files.createDirectories(this.root.resolve("partial"));
        this.minFree = minFreeBytes;
    }

    /**
     * Takes the folder for the store of that name.
     *
     * @throws IllegalStateException if it belongs to another
     */
    void claim(UUID store) throws IOException {
        Path mark = root.resolve("store-id");
        if (!Files.exists(mark)) {
            if (!blobs().isEmpty()) {
                throw new IllegalStateException("the blob folder " + root + " holds blobs of unknown origin");
            }
            Path draft = Files.writeString(incoming.resolve("store-id-" + store), store.toString());
            Files.move(draft, mark, StandardCopyOption.ATOMIC_MOVE);
        }
        String found = Files.readString(mark).strip();
        if (!found.equals(store.toString())) {
            throw new IllegalStateException("the blob folder " + root + " belongs to another database (store " + found
                    + ", not " + store + "): name another with --octet.storage.directory=");
        }
    }

    /**
     * Writes the stream to a temporary file, down to the disk; the file is gone if that fails.
     *
     * @throws IOException if the stream breaks
     */
    Written write(InputStream bytes, String name, long limit) throws IOException {
        Path file = incoming.resolve(name);
        boolean whole = false;
        try (FileChannel channel = open(file)) {
            MessageDigest digest = sha256();
            byte[] buffer = new byte[BUFFER];
            long size = 0;
            long looked = -LOOK_AFTER;
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                size += n;
                if (size > limit) {
                    throw ProblemException.tooLarge(limit);
                }
                if (size - looked >= LOOK_AFTER) {
                    requireRoom(0);
                    looked = size;
                }
                digest.update(buffer, 0, n);
                append(channel, buffer, n);
            }
            onDisk(() -> channel.force(true));
            whole = true;
            return new Written(file, HexFormat.of().formatHex(digest.digest()), size);
        } finally {
            if (!whole) {
                Files.deleteIfExists(file);
            }
        }
    }

    /**
     * Hashes a whole file under a second name, from which it can be placed; the first name stays.
     *
     * <p>Both names are one file, so it must not be written any more. It is copied where the file system has no links.
     *
     * @param now time of the new name, by which the sweep knows that it is in use
     * @throws IOException if the file cannot be read
     */
    Written link(Path file, String name, Instant now) throws IOException {
        Path link = incoming.resolve(name);
        try {
            Files.createLink(link, file);
        } catch (UnsupportedOperationException | FileSystemException e) {
            try (InputStream bytes = Files.newInputStream(file)) {
                return write(bytes, name, Long.MAX_VALUE);
            }
        }
        boolean hashed = false;
        try (InputStream bytes = Files.newInputStream(link)) {
            Files.setLastModifiedTime(link, FileTime.from(now));
            MessageDigest digest = sha256();
            byte[] buffer = new byte[BUFFER];
            long size = 0;
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                digest.update(buffer, 0, n);
                size += n;
            }
            hashed = true;
            return new Written(link, HexFormat.of().formatHex(digest.digest()), size);
        } finally {
            if (!hashed) {
                Files.deleteIfExists(link);
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private FileChannel open(Path file) {
        FileChannel[] opened = new FileChannel[1];
        onDisk(() -> opened[0] = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        return opened[0];
    }

    private void append(FileChannel channel, byte[] buffer, int length) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
        onDisk(() -> {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
    }

    /** Makes what was written visible under its hash; a sound file that is there already stays. */
    void place(Written written) {
        Path target = path(written.sha256());
        onDisk(() -> {
            if (Files.exists(target) && Files.size(target) == written.sizeBytes()) {
                return;
            }
            Path first = root.resolve(written.sha256().substring(0, 2));
            Path second = Files.createDirectories(first.resolve(written.sha256().substring(2, 4)));
            Files.move(written.file(), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            sync(second);
            sync(first);
            sync(root);
        });
    }

    /** So that the names, too, outlive a power cut; Windows has no such thing and needs none. */
    static void sync(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    void remove(String sha256) {
        onDisk(() -> Files.deleteIfExists(path(sha256)));
    }

    Path path(String sha256) {
        if (!isHash(sha256)) {
            throw new IllegalArgumentException("no hash: " + sha256);
        }
        return root.resolve(sha256.substring(0, 2))
                .resolve(sha256.substring(2, 4))
                .resolve(sha256);
    }

    static boolean isHash(String name) {
        return HASH.matcher(name).matches();
    }

    /** The folder of files that grow piece by piece, on the same disk. */
    Path partial() {
        return partial;
    }

    /** The files under hashes. */
    List<Path> blobs() throws IOException {
        try (Stream<Path> files = Files.walk(root, 3)) {
            return files.filter(file -> isHash(file.getFileName().toString()))
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }

    /** The files that are, or were, being written. */
    List<Path> incoming() throws IOException {
        try (Stream<Path> files = Files.list(incoming)) {
            return files.toList();
        }
    }

    /** Bytes that may still be written, 0 at least. */
    long room() {
        return Math.max(0, root.toFile().getUsableSpace() - minFree);
    }

    boolean isWritable() {
        try {
            Path probe = Files.createTempFile(incoming, "probe", "");
            Files.delete(probe);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    void requireRoom(long bytes) {
        if (room() <= bytes) {
            throw ProblemException.diskFull("the storage has room for " + room() + " more bytes; nothing was kept");
        }
    }

    /** Does the work; what the disk refuses becomes a problem. */
    void onDisk(DiskWork work) {
        try {
            work.run();
        } catch (IOException e) {
            throw problem(e);
        }
    }

    private ProblemException problem(IOException e) {
        // The system's message for ENOSPC and EDQUOT comes in its own language: the room itself is asked too.
        String message = String.valueOf(e.getMessage());
        boolean full = message.contains("No space left") || message.contains("quota") || room() < BUFFER;
        return full
                ? ProblemException.diskFull("the storage has no room left; nothing was kept")
                        .causedBy(e)
                : ProblemException.unavailable("STORAGE_UNAVAILABLE", "the storage is away for now; nothing was kept")
                        .causedBy(e);
    }

    @FunctionalInterface
    interface DiskWork {
        void run() throws IOException;
    }

    static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
