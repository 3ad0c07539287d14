package dev.octet.models;

import dev.octet.engine.ModelSummary;
import java.time.Instant;
import java.util.UUID;

/**
 * An uploaded model as other features see it.
 *
 * @param id its id
 * @param name the name that people gave it
 * @param sha256 hash of its bytes, under which the storage has them
 * @param sizeBytes size of the upload
 * @param summary what it contains
 * @param createdAt when it was uploaded
 */
public record ModelRecord(
        UUID id, String name, String sha256, long sizeBytes, ModelSummary summary, Instant createdAt) {}
