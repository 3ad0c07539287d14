package dev.octet.engine.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tidying up after what went wrong with a disk. */
final class Storage {

    private Storage() {}

    /** Deletes {@code file} if it is there; a file that can't be deleted must not hide why it was to be. */
    static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // nothing more can be done here
        }
    }
}
