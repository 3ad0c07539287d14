package dev.octet.comparisons;

import dev.octet.platform.Cursor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The comparisons' table. */
@Component
class StoredComparisons {
    private final JdbcClient jdbc;

    StoredComparisons(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Stores a new one, queued. */
    void insert(StoredComparison comparison) {
        jdbc.sql("""
            insert into comparison (id, job_id, state, samples, format, preprocessing, target, samples_sha256, model_sha256,
                quantized_sha256, created_at)
            values (:id, :job, :state, :samples, :format, cast(:preprocessing as jsonb), :target, :file, :model,
                :quantized, :now)\
            """)
                .param("id", comparison.id())
                .param("job", comparison.jobId())
                .param("state", comparison.state())
                .param("samples", comparison.samples())
                .param("format", comparison.format())
                .param("preprocessing", comparison.preprocessing(), Types.VARCHAR)
                .param("target", comparison.target(), Types.VARCHAR)
                .param("file", comparison.samplesSha256())
                .param("model", comparison.modelSha256())
                .param("quantized", comparison.quantizedSha256())
                .param("now", comparison.createdAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    Optional<StoredComparison> find(UUID id) {
        return jdbc.sql("select * from comparison where id = ?")
                .param(id)
                .query((row, _) -> read(row))
                .optional();
    }

    /** The same, kept from others until the caller's transaction ends. */
    Optional<StoredComparison> lock(UUID id) {
        return jdbc.sql("select * from comparison where id = ? for update")
                .param(id)
                .query((row, _) -> read(row))
                .optional();
    }

    /** What follows the cursor, newest first. */
    List<StoredComparison> page(UUID job, Cursor cursor, int limit) {
        return jdbc.sql("select * from comparison where job_id = ? and (created_at, id) < (?, ?)"
                        + " order by created_at desc, id desc limit ?")
                .params(job, cursor.createdAt().atOffset(ZoneOffset.UTC), cursor.id(), limit)
                .query((row, _) -> read(row))
                .list();
    }

    /** Those of the job that have not ended. */
    List<StoredComparison> unfinished(UUID job) {
        return jdbc.sql("select * from comparison where job_id = ? and finished_at is null for update")
                .param(job)
                .query((row, _) -> read(row))
                .list();
    }

    int waiting() {
        return jdbc.sql("select count(*) from comparison where finished_at is null")
                .query(Integer.class)
                .single();
    }

    /** Begins the next attempt; {@code lost} tells that the one before was. */
    void start(UUID id, boolean lost, Instant now) {
        jdbc.sql("update comparison set state = 'RUNNING', attempt = attempt + 1, failures = failures + :lost,"
                        + " started_at = coalesce(started_at, :now), version = version + 1 where id = :id")
                .param("id", id)
                .param("lost", lost ? 1 : 0)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** Queues it again; {@code lost} tells that the attempt was. */
    void requeue(UUID id, boolean lost) {
        jdbc.sql("update comparison set state = 'QUEUED', failures = failures + :lost, version = version + 1"
                        + " where id = :id")
                .param("id", id)
                .param("lost", lost ? 1 : 0)
                .update();
    }

    /** Ends it with one of the two, each as JSON. */
    void end(UUID id, @Nullable String result, @Nullable String error, Instant now) {
        jdbc.sql("update comparison set state = :state, result = cast(:result as jsonb), error = cast(:error as jsonb),"
                        + " finished_at = :now, version = version + 1 where id = :id")
                .param("id", id)
                .param("state", error == null ? "SUCCEEDED" : "FAILED")
                .param("result", result, Types.VARCHAR)
                .param("error", error, Types.VARCHAR)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    private static StoredComparison read(ResultSet row) throws SQLException {
        return new StoredComparison(
                row.getObject("id", UUID.class),
                row.getObject("job_id", UUID.class),
                row.getString("state"),
                row.getInt("attempt"),
                row.getInt("failures"),
                row.getInt("samples"),
                row.getString("format"),
                row.getString("preprocessing"),
                row.getString("target"),
                row.getString("samples_sha256"),
                row.getString("model_sha256"),
                row.getString("quantized_sha256"),
                row.getString("result"),
                row.getString("error"),
                row.getLong("version"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, "started_at"),
                instant(row, "finished_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
