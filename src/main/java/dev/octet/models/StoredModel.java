package dev.octet.models;

import dev.octet.engine.ModelSummary;
import dev.octet.platform.Cursor;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.springframework.data.domain.Persistable;

/** A model's row; written once. */
@Entity
@Immutable
@Table(name = "model")
class StoredModel implements Persistable<UUID> {
    @Id
    private UUID id;

    private String name;
    private String sha256;

    @Column(name = "size_bytes")
    private long sizeBytes;

    @JdbcTypeCode(SqlTypes.JSON)
    private ModelSummary summary;

    @Column(name = "created_at")
    private Instant createdAt;

    @Transient
    private boolean isNew;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected StoredModel() {}

    StoredModel(ModelRecord model) {
        this.id = model.id();
        this.name = model.name();
        this.sha256 = model.sha256();
        this.sizeBytes = model.sizeBytes();
        this.summary = model.summary();
        this.createdAt = model.createdAt();
        this.isNew = true;
    }

    ModelRecord record() {
        return new ModelRecord(id, name, sha256, sizeBytes, summary, createdAt);
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
