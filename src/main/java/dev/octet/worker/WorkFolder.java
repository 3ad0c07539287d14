package dev.octet.worker;

import java.nio.file.Path;

/**
 * The folder of one attempt, gone when the attempt is.
 *
 * @param path the folder itself
 */
record WorkFolder(Path path) {
    /** What the engine is asked for. */
    Path recipe() {
        return path.resolve("recipe.json");
    }

    /** What an earlier calibration saw, if there was one. */
    Path statistics() {
        return path.resolve("statistics.bin");
    }

    /** Where an earlier attempt got to in training, if there was one. */
    Path checkpoint() {
        return path.resolve("checkpoint.bin");
    }

    /** Where it puts what it made. */
    Path out() {
        return path.resolve("out");
    }

    /** Where its temporary files go. */
    Path temporary() {
        return path.resolve("tmp");
    }
}
