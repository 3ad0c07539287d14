package dev.octet.jobs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Reads jobs and their events. */
interface StoredJobs extends Repository<StoredJob, UUID> {
    Optional<StoredJob> findById(UUID id);

    Optional<StoredJob> findByIdempotencyKey(String key);

    /** The job with its row locked until the transaction ends. */
    @Query(nativeQuery = true, value = "select * from job where id = :id for update")
    Optional<StoredJob> lock(UUID id);

    /** Jobs after a place, newest first; filters that are null let everything through. */
    @Query(nativeQuery = true, value = """
        select * from job
        where (created_at, id) < (:createdAt, :id)
          and (cast(:state as text) is null or state = cast(:state as text))
          and (cast(:modelId as uuid) is null or model_id = cast(:modelId as uuid))
          and (cast(:tag as jsonb) is null or tags @> cast(:tag as jsonb))
        order by created_at desc, id desc
        limit :most\
        """)
    List<StoredJob> page(
            Instant createdAt, UUID id, @Nullable String state, @Nullable UUID modelId, @Nullable String tag, int most);

    @Query("""
        select e from StoredEvent e
        where e.jobId = :job and e.sequence > :after order by e.sequence limit :most\
        """)
    List<StoredEvent> events(UUID job, long after, int most);

    @Query(nativeQuery = true, value = """
        select * from job where state = 'QUEUED' and queue_deadline < :now
        order by queue_deadline limit 100\
        """)
    List<StoredJob> overdue(Instant now);

    @Query(nativeQuery = true, value = """
        select * from job where finished_at < :before
        order by finished_at limit 100\
        """)
    List<StoredJob> finishedBefore(Instant before);
}
