package dev.octet.worker;

import dev.octet.jobs.Attempt;
import dev.octet.jobs.Attempts;
import dev.octet.platform.DataFolder;
import dev.octet.platform.InRole;
import dev.octet.platform.Role;
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
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/** The folders that engines work in, one for each attempt. */
@Component
@InRole(Role.WORKER)
class WorkFolders {
    private static final Logger LOG = LoggerFactory.getLogger(WorkFolders.class);
    private static final Pattern NAME = Pattern.compile("([0-9a-f-]{36})-(\\d{1,9})");

    private final Path root;
    private final Attempts attempts;

    WorkFolders(DataFolder data, Attempts attempts) {
        this.root = data.folder("work");
        this.attempts = attempts;
    }

    /** Where the attempt's folder is, or would be. */
    WorkFolder of(Attempt attempt) {
        return new WorkFolder(root.resolve(attempt.toString()));
    }

    /** Makes the attempt's folder, and removes those that earlier attempts of the job left when their workers died. */
    void make(Attempt attempt) throws IOException {
        removeBefore(attempt);
        WorkFolder folder = of(attempt);
        Files.createDirectory(folder.path());
        Files.createDirectory(folder.out());
        Files.createDirectory(folder.temporary());
    }

    /** Removes folders of the job's attempts before that one: their workers died. */
    void removeBefore(Attempt attempt) throws IOException {
        for (Path left : children()) {
            Attempt other = attempt(left).orElse(attempt);
            if (other.job().equals(attempt.job()) && other.number() < attempt.number()) {
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

    /** Removes folders of attempts that no longer hold their job: what a killed worker left. */
    void sweep() throws IOException {
        for (Path folder : children()) {
            Optional<Attempt> attempt = attempt(folder);
            if (attempt.isPresent() && !isHeld(attempt.get())) {
                LOG.info("removing {}, left by a worker that died", folder);
                remove(folder);
            }
        }
    }

    private boolean isHeld(Attempt attempt) {
        try {
            attempts.standing(attempt);
            return true;
        } catch (Attempt.LostException e) {
            return false;
        }
    }

    private List<Path> children() throws IOException {
        try (Stream<Path> children = Files.list(root)) {
            return children.toList();
        }
    }

    private static Optional<Attempt> attempt(Path folder) {
        Matcher matcher = NAME.matcher(folder.getFileName().toString());
        try {
            return matcher.matches()
                    ? Optional.of(new Attempt(UUID.fromString(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
