package dev.octet.comparisons;

import dev.octet.platform.Cursor;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A comparison as the database holds it.
 *
 * @param id its id
 * @param jobId the job whose models are compared
 * @param state QUEUED, RUNNING, SUCCEEDED or FAILED
 * @param attempt rises by one with each start, and fences all writes
 * @param failures attempts that were lost
 * @param samples how many samples are taken
 * @param format what the samples came as
 * @param preprocessing how they become inputs, as JSON; null where they are taken as they are
 * @param target what the quantized model is for; null where that is not known
 * @param samplesSha256 hash of the dataset's file
 * @param modelSha256 hash of the float model's
 * @param quantizedSha256 hash of the quantized model's
 * @param result what was found, as JSON; null until then
 * @param error the problem, as JSON; null unless it failed
 * @param version rises with each write
 */
record StoredComparison(
        UUID id,
        UUID jobId,
        String state,
        int attempt,
        int failures,
        int samples,
        String format,
        @Nullable String preprocessing,
        @Nullable String target,
        String samplesSha256,
        String modelSha256,
        String quantizedSha256,
        @Nullable String result,
        @Nullable String error,
        long version,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {

    static final String QUEUED = "QUEUED";
    static final String RUNNING = "RUNNING";

    boolean hasEnded() {
        return finishedAt != null;
    }

    String etag() {
        return "\"" + version + "\"";
    }

    /** Who refers to its blobs. */
    String owner() {
        return owner(id);
    }

    static String owner(UUID id) {
        return "comparison:" + id;
    }

    Cursor place() {
        return new Cursor(createdAt, id);
    }
}
