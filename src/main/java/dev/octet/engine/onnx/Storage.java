package dev.octet.engine.onnx;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What goes wrong with a disk, and tidying up after it. */
final class Storage {

    private Storage() {}

    /** The engine's fault for {@code e}: DISK_FULL where the disk or a quota is, IO otherwise. */
    static EngineException fault(String what, IOException e) {
        String reason = String.valueOf(e.getMessage());
        String lower = reason.toLowerCase(Locale.ROOT);
        boolean full = lower.contains("no space left") || lower.contains("quota exceeded");
        return new EngineException(full ? Fault.DISK_FULL : Fault.IO, what + ": " + reason, e);
    }

    /** Deletes {@code file} if it is there; a file that can't be deleted must not hide why it was to be. */
    static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // nothing more can be done here
        }
    }
}
