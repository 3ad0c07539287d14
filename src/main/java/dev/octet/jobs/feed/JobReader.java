package dev.octet.jobs.feed;

import dev.octet.platform.api.model.Job;
import java.util.Optional;
import java.util.UUID;

/** Jobs as the contract has them. */
public interface JobReader {

    /** The job as it stands; empty where there is none. */
    Optional<Job> read(UUID id);
}
