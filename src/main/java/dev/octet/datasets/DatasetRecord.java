package dev.octet.datasets;

import dev.octet.engine.DatasetSummary;
import java.time.Instant;
import java.util.UUID;

/**
 * An uploaded dataset as other features see it.
 *
 * @param id its id
 * @param name the name that people gave it
 * @param sha256 hash of its bytes, under which the storage has them
 * @param sizeBytes size of the upload
 * @param summary what it contains
 * @param createdAt when it was uploaded
 */
public record DatasetRecord(
        UUID id, String name, String sha256, long sizeBytes, DatasetSummary summary, Instant createdAt) {}
