package dev.octet.jobs;

import dev.octet.platform.api.model.JobPhase;
import org.jspecify.annotations.Nullable;

/**
 * How far a running job is.
 *
 * @param phase what it is doing
 * @param done steps of the phase that are done, 0 or more
 * @param total steps that the phase has; null while not known
 * @param fraction share of the whole job that is done, 0 to 1
 * @param etaSeconds estimated seconds until the job ends; null while not known
 */
public record Progress(
        JobPhase phase,
        long done,
        @Nullable Long total,
        double fraction,
        @Nullable Double etaSeconds) {}
