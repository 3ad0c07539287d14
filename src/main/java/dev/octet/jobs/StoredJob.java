package dev.octet.jobs;

import dev.octet.platform.Cursor;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A job as the database holds it; read only, since every write is fenced. */
@Entity
@Immutable
@Table(name = "job")
class StoredJob {
    @Id
    UUID id;

    @Enumerated(EnumType.STRING)
    State state;

    @Nullable
    String outcome;

    @Nullable
    String phase;

    @Nullable
    Long done;

    @Nullable
    Long total;

    @Nullable
    Double fraction;

    @Nullable
    Double etaSeconds;

    int attempt;

    int failures;

    UUID modelId;

    @JdbcTypeCode(SqlTypes.JSON)
    String request;

    String requestSha256;

    @JdbcTypeCode(SqlTypes.JSON)
    @Nullable
    String result;

    @JdbcTypeCode(SqlTypes.JSON)
    @Nullable
    String error;

    @Nullable
    String idempotencyKey;

    long version;

    Instant createdAt;

    Instant queueDeadline;

    @Nullable
    Instant startedAt;

    @Nullable
    Instant finishedAt;

    @SuppressWarnings("NullAway.Init")
    protected StoredJob() {}

    /** What the contract calls the entity tag: changes with every write. */
    String etag() {
        return etag(version);
    }

    static String etag(long version) {
        return "\"" + version + "\"";
    }

    Cursor place() {
        return new Cursor(createdAt, id);
    }
}
