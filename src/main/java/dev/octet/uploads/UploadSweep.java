package dev.octet.uploads;

import dev.octet.platform.InRole;
import dev.octet.platform.Role;
import dev.octet.storage.PartialFile;
import dev.octet.storage.PartialFiles;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.FixedDelayTask;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.stereotype.Component;

/** Forgets uploads that expired, and brings to an end what a dead process has left. */
@Component
@InRole(Role.WEB)
class UploadSweep implements SchedulingConfigurer {
    private static final Logger LOG = LoggerFactory.getLogger(UploadSweep.class);
    /** How old a file must be before it counts as nobody's: its row may be about to be committed. */
    private static final Duration GRACE = Duration.ofHours(1);

    private final StoredUploads uploads;
    private final PartialFiles files;
    private final Completion completion;
    private final UploadsProperties properties;
    private final Clock clock;

    UploadSweep(
            StoredUploads uploads,
            PartialFiles files,
            Completion completion,
            UploadsProperties properties,
            Clock clock) {
        this.uploads = uploads;
        this.files = files;
        this.completion = completion;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public void configureTasks(ScheduledTaskRegistrar tasks) {
        tasks.addFixedDelayTask(new FixedDelayTask(this::sweepOrLog, properties.sweepEvery(), properties.sweepEvery()));
    }

    private void sweepOrLog() {
        try {
            sweep();
        } catch (IOException | RuntimeException e) {
            LOG.warn("the uploads were not swept; the next sweep tries again", e);
        }
    }

    /** Looks through files and rows once. */
    void sweep() throws IOException {
        for (UUID id : uploads.expired()) {
            expire(id);
        }
        for (UUID id : uploads.whole()) {
            complete(id);
        }
        Set<UUID> wanted = new HashSet<>(uploads.receiving());
        for (UUID id : files.untouchedSince(clock.instant().minus(GRACE))) {
            if (!wanted.contains(id)) {
                files.delete(id);
            }
        }
    }

    private void expire(UUID id) throws IOException {
        Optional<PartialFile> file = files.hold(id);
        if (file.isEmpty() && files.exists(id)) {
            return;
        }
        // A request that had it in hand may have put the expiry off meanwhile.
        if (uploads.deleteExpired(id)) {
            files.delete(id);
        }
        file.ifPresent(PartialFile::close);
    }

    private void complete(UUID id) throws IOException {
        Optional<PartialFile> held = files.hold(id);
        if (held.isPresent()) {
            try (PartialFile file = held.get()) {
                Upload upload = uploads.get(id);
                if (upload.isWhole()) {
                    completion.complete(upload, file);
                }
            } catch (RuntimeException e) {
                LOG.info("upload {} was whole and not taken: {}", id, e.getMessage());
            }
        }
    }
}
