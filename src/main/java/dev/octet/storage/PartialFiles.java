package dev.octet.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Files that grow piece by piece, each in one hand at a time.
 *
 * <p>A file {@code <id>} has a file {@code <id>.lock} beside it, whose lock all processes on the disk see and which dies with its
 * process. Closing any channel of a file gives up the process's locks on it (POSIX), hence a file of its own that nobody else opens.
 */
public final class PartialFiles {
    private static final String LOCK = ".lock";

    private final BlobDisk disk;
    /** Those held by this process: the system's locks do not part its threads. */
    private final Set<UUID> held = ConcurrentHashMap.newKeySet();

    PartialFiles(BlobDisk disk) {
        this.disk = disk;
    }

    /**
     * Makes an empty file of that name, which outlives a power cut.
     *
     * @throws dev.octet.platform.ProblemException DISK_FULL, UNAVAILABLE
     */
    public void create(UUID id) {
        disk.onDisk(() -> {
            Files.createFile(path(id));
            Files.createFile(lockPath(id));
            BlobDisk.sync(disk.partial());
        });
    }

    /** Takes hold of the file; empty if another has it at this moment, or if there is none. */
    public Optional<PartialFile> hold(UUID id) throws IOException {
        if (!held.add(id)) {
            return Optional.empty();
        }
        Optional<FileChannel> channel = Optional.empty();
        try {
            channel = lock(id);
        } finally {
            if (channel.isEmpty()) {
                held.remove(id);
            }
        }
        return channel.map(locked -> new PartialFile(disk, path(id), () -> letGo(id, locked)));
    }

    private Optional<FileChannel> lock(UUID id) throws IOException {
        boolean locked = false;
        FileChannel channel;
        try {
            channel = FileChannel.open(lockPath(id), StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        return locked ? Optional.of(channel) : Optional.empty();
    }

    private void letGo(UUID id, FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            held.remove(id);
        }
    }

    /** Deletes the file, which the caller holds or which nobody can hold any more. */
    public void delete(UUID id) {
        disk.onDisk(() -> {
            Files.deleteIfExists(path(id));
            Files.deleteIfExists(lockPath(id));
        });
    }

    /** Whether there is such a file, in whosever hand. */
    public boolean exists(UUID id) {
        return Files.exists(lockPath(id));
    }

    /** The files that nobody has written to since then. */
    public Set<UUID> untouchedSince(Instant then) throws IOException {
        Set<UUID> ids = new HashSet<>();
        try (Stream<Path> files = Files.list(disk.partial())) {
            for (Path file : files.toList()) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(then)) {
                    ids.add(UUID.fromString(file.getFileName().toString().replace(LOCK, "")));
                }
            }
        }
        return ids;
    }

    private Path path(UUID id) {
        return disk.partial().resolve(id.toString());
    }

    private Path lockPath(UUID id) {
        return disk.partial().resolve(id + LOCK);
    }
}
