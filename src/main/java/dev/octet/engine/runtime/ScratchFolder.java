package dev.octet.engine.runtime;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/** A folder for files that only live as long as it: models handed to the runtime, saved graphs, traces. */
final class ScratchFolder implements AutoCloseable {

    private final Path folder;

    private ScratchFolder(Path folder) {
        this.folder = folder;
    }

    /** A new folder of its own inside {@code parent}, which is made where it does not exist. */
    static ScratchFolder in(Path parent) {
        try {
            Files.createDirectories(parent);
            return new ScratchFolder(Files.createTempDirectory(parent, "runtime-"));
        } catch (IOException e) {
            throw failure("no scratch folder in " + parent, e);
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    Path path() {
        return folder;
    }

    static EngineException failure(String what, IOException e) {
        String reason = e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.toString();
        boolean full = reason.toLowerCase(Locale.ROOT).contains("no space left");
        return new EngineException(full ? Fault.DISK_FULL : Fault.IO, what + ": " + reason, e);
    }

    /** Removes the folder and all that is in it. */
    @Override
    public void close() {
        try (Stream<Path> content = Files.walk(folder)) {
            for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw failure("the scratch folder " + folder + " can't be removed", e);
        } catch (UncheckedIOException e) {
            throw new EngineException(
                    Fault.IO, "the scratch folder " + folder + " can't be read: " + e.getMessage(), e);
        }
    }
}
