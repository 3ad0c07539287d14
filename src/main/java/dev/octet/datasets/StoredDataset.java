package dev.octet.datasets;

import dev.octet.engine.DatasetSummary;
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

/** A dataset's row; written once. */
@Entity
@Immutable
@Table(name = "dataset")
class StoredDataset implements Persistable<UUID> {
    @Id
    private UUID id;

    private String name;
    private String sha256;

    @Column(name = "size_bytes")
    private long sizeBytes;

    @JdbcTypeCode(SqlTypes.JSON)
    private DatasetSummary summary;

    @Column(name = "created_at")
    private Instant createdAt;

    @Transient
    private boolean isNew;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected StoredDataset() {}

    StoredDataset(DatasetRecord dataset) {
        this.id = dataset.id();
        this.name = dataset.name();
        this.sha256 = dataset.sha256();
        this.sizeBytes = dataset.sizeBytes();
        this.summary = dataset.summary();
        this.createdAt = dataset.createdAt();
        this.isNew = true;
    }

    DatasetRecord record() {
        return new DatasetRecord(id, name, sha256, sizeBytes, summary, createdAt);
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
