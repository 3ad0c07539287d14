package dev.octet.engine.report;

import dev.octet.engine.scheme.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Gives results to their folder, all of them or none.
 *
 * <p>They first arrive beside an earlier run's results, whole by one rename, and then take their places file by file. Whoever reads
 * the folder of a process that may have been killed calls {@link #finish} before, which does what that process no longer did.
 */
public final class HandOver {

    /** Results on their way; nothing of them counts. */
    private static final String ARRIVING = ".arriving";

    /** Results that are complete and hold from here on; those of an earlier run that they don't replace are still to go. */
    private static final String ARRIVED = ".arrived";

    /** The same, taking their places. */
    private static final String PLACING = ".placing";

    /** All there can be; the model last, so that who sees it sees everything. */
    private static final List<String> ALL = List.of(
            "plan.txt",
            "result.json",
            "report.json",
            "layers.json",
            "trials.json",
            OutcomeFiles.STATISTICS,
            OutcomeFiles.TORCH_MODEL,
            OutcomeFiles.MODEL + ".data",
            OutcomeFiles.MODEL);

    private final Path out;
    private final Renaming renaming;

    /** Gives a file another name, atomically, in place of what has that name. */
    interface Renaming {
        void rename(Path from, Path to) throws IOException;
    }

    HandOver(Path out, Renaming renaming) {
        this.out = out;
        this.renaming = renaming;
    }

    private static HandOver to(Path out) {
        return new HandOver(out, (from, to) -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
    }

    /**
     * Moves all result files from {@code scratch} to {@code out}, so that nothing shows there before all is proven.
     *
     * @param out a folder on the same file system; results of an earlier run that it held are replaced
     */
    public static void perform(Path scratch, Path out) {
        try {
            to(out).take(scratch);
        } catch (IOException e) {
            throw EngineException.ofIo("The results can't be moved to " + out, e);
        }
    }

    /**
     * Completes what a killed process had begun in {@code out}: afterwards its results are those of one hand-over, the last that was
     * complete. Nothing happens where nothing is left to do.
     */
    public static void finish(Path out) {
        try {
            to(out).settle();
        } catch (IOException e) {
            throw EngineException.ofIo("The results in " + out + " can't be put in their places", e);
        }
    }

    void take(Path scratch) throws IOException {
        settle();
        Path arriving = Files.createDirectory(out.resolve(ARRIVING));
        for (String name : ALL) {
            if (Files.exists(scratch.resolve(name))) {
                renaming.rename(scratch.resolve(name), arriving.resolve(name));
            }
        }
        renaming.rename(arriving, out.resolve(ARRIVED));
        settle();
    }

    void settle() throws IOException {
        drop(out.resolve(ARRIVING));
        Path arrived = out.resolve(ARRIVED);
        Path placing = out.resolve(PLACING);
        if (Files.isDirectory(arrived)) {
            for (String name : ALL) {
                if (Files.notExists(arrived.resolve(name))) {
                    Files.deleteIfExists(out.resolve(name));
                }
            }
            Files.deleteIfExists(out.resolve(OutcomeFiles.CHECKPOINT));
            renaming.rename(arrived, placing);
        }
        if (Files.isDirectory(placing)) {
            for (String name : ALL) {
                if (Files.exists(placing.resolve(name))) {
                    renaming.rename(placing.resolve(name), out.resolve(name));
                }
            }
            drop(placing);
        }
    }

    private static void drop(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            for (String name : ALL) {
                Files.deleteIfExists(folder.resolve(name));
            }
            Files.delete(folder);
        }
    }
}
