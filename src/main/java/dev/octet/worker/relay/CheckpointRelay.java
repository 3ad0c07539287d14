package dev.octet.worker.relay;

import dev.octet.jobs.Attempt;
import dev.octet.platform.ProblemException;
import dev.octet.results.Checkpoints;
import dev.octet.results.InvalidOutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps what a running engine says of how far its training is, so that another attempt can go on from there. */
public final class CheckpointRelay {
    /** What an engine calls the file; it is replaced as a whole after each epoch. */
    private static final String FILE = "checkpoint.bin";

    /** Epochs may be short; a lost minute is no loss. */
    private static final Duration BETWEEN = Duration.ofSeconds(30);

    private final Attempt attempt;
    private final Checkpoints checkpoints;
    private final Path out;
    private final Consumer<String> log;
    private @Nullable FileTime kept;
    private long keptNanos;

    /**
     * A relay with nothing kept yet.
     *
     * @param out the folder that the engine writes to
     * @param log takes a sentence about what could not be kept
     */
    public CheckpointRelay(Attempt attempt, Checkpoints checkpoints, Path out, Consumer<String> log) {
        this.attempt = attempt;
        this.checkpoints = checkpoints;
        this.out = out;
        this.log = log;
    }

    /**
     * Keeps the file where it is new; called now and then by the one thread that watches over the engine.
     *
     * @param ended whether there will be no other, so that the last one counts however young the one before is
     * @throws Attempt.LostException if the attempt no longer holds the job
     */
    public void flush(boolean ended) {
        boolean young = kept != null && System.nanoTime() - keptNanos < BETWEEN.toNanos();
        FileTime written = written();
        if (written == null || written.equals(kept) || (young && !ended)) {
            return;
        }
        try {
            checkpoints.keep(attempt, out, FILE);
        } catch (IOException | InvalidOutputException | ProblemException e) {
            log.accept("worker: a checkpoint could not be kept: " + e.getMessage());
        }
        kept = written;
        keptNanos = System.nanoTime();
    }

    private @Nullable FileTime written() {
        try {
            Path file = out.resolve(FILE);
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    ? Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                    : null;
        } catch (IOException e) {
            // It has just been replaced or taken away; the next look sees what is there then.
            return null;
        }
    }
}
