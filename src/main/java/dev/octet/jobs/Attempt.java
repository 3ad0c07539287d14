package dev.octet.jobs;

import java.util.UUID;

/**
 * One start of a job's engine, the fence of all its writes.
 *
 * @param job the job
 * @param number rises by one with each start, from 1; a write that names an older one changes nothing
 */
public record Attempt(UUID job, int number) {
    /** Says that a write came too late: the job has moved on without this attempt. */
    public static final class LostException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public LostException(Attempt attempt) {
            super("attempt " + attempt + " no longer holds its job");
        }
    }

    @Override
    public String toString() {
        return job + "-" + number;
    }
}
