package dev.octet.results;

import dev.octet.platform.Cursor;
import dev.octet.platform.api.model.Artifact;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Persistable;

/** An artifact's row; written once. */
@Entity
@Immutable
@Table(name = "artifact")
class StoredArtifact implements Persistable<UUID> {
    @Id
    private UUID id;

    private UUID jobId;
    private String kind;
    private String name;
    private String sha256;
    private long sizeBytes;
    private String mediaType;
    private Instant createdAt;

    /** Read by queries alone. */
    @SuppressWarnings("UnusedVariable")
    private @Nullable String calibrationKey;

    @Transient
    private boolean isNew;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected StoredArtifact() {}

    /** The row of a new artifact; {@code calibrationKey} is what statistics are filed under, null of all others. */
    StoredArtifact(Artifact artifact, @Nullable String calibrationKey) {
        this.id = artifact.getId();
        this.jobId = artifact.getJobId();
        this.kind = artifact.getKind().getValue();
        this.name = artifact.getName();
        this.sha256 = artifact.getSha256();
        this.sizeBytes = artifact.getSizeBytes();
        this.mediaType = artifact.getMediaType();
        this.createdAt = artifact.getCreatedAt().toInstant();
        this.calibrationKey = calibrationKey;
        this.isNew = true;
    }

    Artifact artifact() {
        return new Artifact(
                id,
                jobId,
                Artifact.KindEnum.fromValue(kind),
                name,
                sha256,
                sizeBytes,
                mediaType,
                createdAt.atOffset(ZoneOffset.UTC));
    }

    /** Who refers to the artifact's blob. */
    String owner() {
        return "artifact:" + id;
    }

    String sha256() {
        return sha256;
    }

    Cursor place() {
        return new Cursor(createdAt, id);
    }

    @Override
    public UUID getId() {
        return id;
    }

    @Override
    public boolean isNew() {
        return isNew;
    }
}
