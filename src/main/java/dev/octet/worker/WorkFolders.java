package dev.octet.worker;

import dev.octet.comparisons.Comparing;
import dev.octet.jobs.Attempt;
import dev.octet.jobs.Attempts;
import dev.octet.platform.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/** The folders that engines work in, one for each attempt of a job or of a comparison. */
final class WorkFolders {
    private static final Logger LOG = LoggerFactory.getLogger(WorkFolders.class);
    private static final Pattern NAME = Pattern.compile("([0-9a-f-]{36})-(\\d{1,9})");

    private final Path root;
    private final Held held;

    /** Tells whether an attempt still has its work. */
    @FunctionalInterface
    interface Held {
        boolean by(UUID id, int attempt);
    }

    private record Name(UUID id, int attempt) {}

    private WorkFolders(Path root, Held held) {
        this.root = root;
        this.held = held;
    }

    static WorkFolders ofJobs(DataFolder data, Attempts attempts) {
        return new WorkFolders(data.folder("work"), (job, number) -> {
            try {
                attempts.standing(new Attempt(job, number));
                return true;
            } catch (Attempt.LostException e) {
                return false;
            }
        });
    }

    static WorkFolders ofComparisons(DataFolder data, Comparing comparing) {
        return new WorkFolders(data.folder("comparisons"), comparing::holds);
    }

    /** Where the attempt's folder is, or would be. */
    WorkFolder of(UUID id, int attempt) {
        return new WorkFolder(root.resolve(id + "-" + attempt));
    }

    /** Makes the attempt's folder, and removes those that earlier attempts left when their workers died. */
    WorkFolder make(UUID id, int attempt) throws IOException {
        removeBefore(id, attempt);
        WorkFolder folder = of(id, attempt);
        Files.createDirectory(folder.path());
        Files.createDirectory(folder.out());
        Files.createDirectory(folder.temporary());
        return folder;
    }

    /** Removes folders of attempts before that one: their workers died. */
    void removeBefore(UUID id, int attempt) throws IOException {
        for (Path left : children()) {
            if (name(left)
                    .filter(other -> other.id().equals(id) && other.attempt() < attempt)
                    .isPresent()) {
                remove(left);
            }
        }
    }

    /** Removes the folder; what can't be removed now is left to the sweep. */
    void remove(WorkFolder folder) {
        remove(folder.path());
    }

    private static void remove(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            LOG.warn("folder {} could not be removed; the next sweep tries again: {}", folder, e.toString());
        }
    }

    /** Removes folders of attempts that no longer hold what they worked for: what a killed worker left. */
    void sweep() throws IOException {
        for (Path folder : children()) {
            Optional<Name> name = name(folder);
            if (name.isPresent() && !held.by(name.get().id(), name.get().attempt())) {
                LOG.info("removing {}, left by a worker that died", folder);
                remove(folder);
            }
        }
    }

    private List<Path> children() throws IOException {
        try (Stream<Path> children = Files.list(root)) {
            return children.toList();
        }
    }

    private static Optional<Name> name(Path folder) {
        Matcher matcher = NAME.matcher(folder.getFileName().toString());
        try {
            return matcher.matches()
                    ? Optional.of(new Name(UUID.fromString(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
