package dev.octet.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The folder of everything that outlives the process, held while it runs.
 *
 * <p>A service with a PostgreSQL of its own in the folder has it alone; services on one outside database may share it.
 */
public final class DataFolder implements AutoCloseable {
    private final Path path;
    private final boolean alone;
    private final FileChannel channel;

    private DataFolder(Path path, boolean alone, FileChannel channel) {
        this.path = path;
        this.alone = alone;
        this.channel = channel;
    }

    /**
     * Makes the folder where it is missing and takes hold of it.
     *
     * @param alone whether nobody else may have it at the same time
     * @throws IllegalStateException if another process has it, or it can't be written
     */
    public static DataFolder hold(Path path, boolean alone) {
        try {
            make(path);
            Path lock = path.resolve("service.lock");
            FileChannel channel = FileChannel.open(
                    lock, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel, alone) == null) {
                channel.close();
                throw new IllegalStateException("the data folder " + path + " is in use by another service (process "
                        + Files.readString(lock).strip() + "): stop it, or name another folder with --octet.data=");
            }
            if (alone) {
                channel.truncate(0);
            }
            String pid = ProcessHandle.current().pid() + "\n";
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
            return new DataFolder(path, alone, channel);
        } catch (IOException e) {
            throw new IllegalStateException("the data folder " + path + " cannot be used: " + e, e);
        }
    }

    private static void make(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path);
            if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel, boolean alone) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, !alone);
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    public Path path() {
        return path;
    }

    /** Whether this process is the only one that works in the folder. */
    public boolean isAlone() {
        return alone;
    }

    /** The subfolder of that name, made where it is missing. */
    public Path folder(String name) {
        try {
            return Files.createDirectories(path.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets go of the folder. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
