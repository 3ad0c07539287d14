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
    private String format;
    private String sha256;

    @Column(name = "size_bytes")
    private long sizeBytes;

    private long opset;
    private long parameters;
    private boolean quantized;

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
        this.format = model.summary().format();
        this.sha256 = model.sha256();
        this.sizeBytes = model.sizeBytes();
        this.opset = model.summary().opset();
        this.parameters = model.summary().parameters();
        this.quantized = model.summary().quantized();
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
