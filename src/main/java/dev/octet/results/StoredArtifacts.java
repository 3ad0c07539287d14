package dev.octet.results;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The artifacts' table. */
interface StoredArtifacts extends Repository<StoredArtifact, UUID> {
    StoredArtifact save(StoredArtifact artifact);

    Optional<StoredArtifact> findById(UUID id);

    List<StoredArtifact> findByJobId(UUID jobId);

    @Query(nativeQuery = true, value = """
        select a.sha256 from artifact a join job j on j.id = a.job_id
        where a.calibration_key = :key and j.state = 'SUCCEEDED'
        order by a.created_at desc, a.id desc limit 1\
        """)
    Optional<String> statistics(String key);

    @Query("""
        select a from StoredArtifact a
        where a.jobId = ?1 and (a.createdAt, a.id) < (?2, ?3) order by a.createdAt desc, a.id desc\
        """)
    List<StoredArtifact> before(UUID jobId, Instant createdAt, UUID id, Limit limit);
}
